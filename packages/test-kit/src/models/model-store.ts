import { createHash } from "node:crypto";
import { timestamp } from "@ollama-bridge/engine/protocol";
import { type Model, type ModelScript, modelSchema } from "./model-script.ts";

export const fullName = (name: string): string => (/:[^/]*$/.test(name) ? name : `${name}:latest`);

export const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

/** The models on the server's disk. `llama3.2` and `llama3.2:latest` are one name. */
export class ModelStore {
  readonly #models = new Map<string, Model>();

  constructor(scripts: ModelScript[]) {
    for (const script of scripts) this.add(script);
  }

  /** Adds a model, in place of one of the same name. */
  add(script: ModelScript): Model {
    const parsed = modelSchema.parse(script);
    const model = {
      ...parsed,
      name: fullName(parsed.name),
      digest: parsed.digest ?? sha256(`${parsed.name} ${parsed.size_bytes}`),
      modified_at: timestamp(),
    };
    this.#models.set(model.name, model);
    return model;
  }

  find(name: string): Model | undefined {
    return this.#models.get(fullName(name));
  }

  copy(source: Model, destination: string): void {
    const name = fullName(destination);
    this.#models.set(name, { ...source, name, modified_at: timestamp() });
  }

  remove(name: string): boolean {
    return this.#models.delete(fullName(name));
  }

  list(): Model[] {
    return [...this.#models.values()];
  }
}
