import { OllamaHttpError } from "./errors.ts";

/** Throws what Ollama answers for a `format` that is neither "json" nor a JSON Schema. */
export function checkFormat(format: unknown): void {
  if (format === undefined || format === "" || format === "json") return;
  if (typeof format === "object" && !Array.isArray(format)) return;
  throw new OllamaHttpError(
    500,
    `invalid format: ${JSON.stringify(format)}; expected "json" or a valid JSON Schema object`,
  );
}
