import { OllamaHttpError } from "./errors.ts";
import type { ModelOptions } from "./wire-requests.ts";

const optionTypes: Record<string, string[]> = {
  float32: [
    "temperature",
    "top_p",
    "min_p",
    "typical_p",
    "repeat_penalty",
    "presence_penalty",
    "frequency_penalty",
  ],
  integer: [
    "num_ctx",
    "num_batch",
    "num_gpu",
    "main_gpu",
    "num_thread",
    "num_keep",
    "num_predict",
    "seed",
    "top_k",
    "repeat_last_n",
  ],
  boolean: ["use_mmap"],
  array: ["stop"],
};

const typeOf: Record<string, string> = Object.fromEntries(
  Object.entries(optionTypes).flatMap(([type, names]) => names.map((name) => [name, type])),
);

const fits: Record<string, (value: unknown) => boolean> = {
  float32: (value) => typeof value === "number",
  integer: (value) => typeof value === "number",
  boolean: (value) => typeof value === "boolean",
  array: Array.isArray,
};

/** Throws what Ollama answers for an option of the wrong type: a 500. Options it does not know are let through. */
export function checkOptions(options: ModelOptions = {}): void {
  for (const [name, value] of Object.entries(options)) {
    const type = Object.hasOwn(typeOf, name) ? typeOf[name] : undefined;
    if (!type || value === null || value === undefined) continue;
    if (!fits[type]?.(value)) throw new OllamaHttpError(500, `option "${name}" must be of type ${type}`);
    if (type === "array" && !(value as unknown[]).every((item) => typeof item === "string"))
      throw new OllamaHttpError(500, `option "${name}" must be of an array of strings`);
  }
}
