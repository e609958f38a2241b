import { createHash } from "node:crypto";
import path from "node:path";
import { defaultModel } from "../default-model.ts";
import type { ModelFacts } from "./model-facts.ts";

/** One name under which the model file is served. */
export type ServedModel = {
  name: string;
  digest: string;
  /** Options for which a request that does not say its own gets these instead of Ollama's defaults. */
  defaults: { temperature?: number };
};

/** The file under two names: as it is, and at temperature 0. */
export function servedModels(facts: ModelFacts): ServedModel[] {
  const [name, tag] = modelName(facts.file).split(":");
  return [
    { name: `${name}:${tag}`, defaults: {} },
    { name: `${name}-precise:${tag}`, defaults: { temperature: 0 } },
  ].map((model) => ({ ...model, digest: digest(facts, model.defaults) }));
}

/** As with Ollama's manifests, the same file with other parameters has another digest. */
const digest = (facts: ModelFacts, defaults: object): string =>
  createHash("sha256")
    .update(`${facts.fileDigest}\n${JSON.stringify(defaults)}`)
    .digest("hex");

function modelName(file: string): string {
  const fileName = path.basename(file);
  if (fileName === defaultModel.fileName) return defaultModel.name;
  const name = fileName
    .replace(/\.gguf$/i, "")
    .toLowerCase()
    .replaceAll(/[^a-z0-9._-]+/g, "-");
  return `${name || "model"}:latest`;
}

/** Ollama's names do not distinguish case, and without a tag mean `latest`. */
export function findServed(models: ServedModel[], asked: string): ServedModel | undefined {
  const name = asked
    .toLowerCase()
    .replace(/^registry\.ollama\.ai\//, "")
    .replace(/^library\//, "");
  const tagged = name.includes(":") ? name : `${name}:latest`;
  return models.find((model) => model.name === tagged);
}
