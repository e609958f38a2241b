import { createHash } from "node:crypto";
import { timestamp } from "@ollama-bridge/engine/protocol";
import { type Model, type ModelScript, modelSchema } from "./model-script.ts";

/** The name with its tag, without the registry and the namespace that every name has. */
export function fullName(name: string): string {
  const short = name.replace(/^registry\.ollama\.ai\//i, "").replace(/^library\//i, "");
  return /:[^/]*$/.test(short) ? short : `${short}:latest`;
}

export const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

/** Ollama does not tell upper case from lower. */
const sameName = (one: string, other: string) => one.toLowerCase() === other.toLowerCase();

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
    const wanted = fullName(name);
    return this.#models.get(wanted) ?? this.list().find((model) => sameName(model.name, wanted));
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
