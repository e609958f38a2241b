import type { CallOptions } from "@ollama-bridge/foundation";
import { modelNotFound } from "../api/model-names.ts";
import type { OllamaClient } from "../api/ollama-client.ts";
import { coreErrors } from "../core-errors.ts";

/**
 * The result of work with a model. Where the server has no such model, the error names the nearest that it has: Ollama's
 * own words name no way out.
 */
export async function withInstalledNames<Result>(
  client: OllamaClient,
  model: string,
  options: CallOptions,
  work: Promise<Result>,
): Promise<Result> {
  try {
    return await work;
  } catch (error) {
    if (!coreErrors.is(error, "MODEL_NOT_FOUND")) throw error;
    throw await notInstalled(client, model, options);
  }
}

/** MODEL_NOT_FOUND with the nearest names that the server has. */
export async function notInstalled(client: OllamaClient, model: string, options: CallOptions) {
  const { models } = await client.list(options);
  return modelNotFound(
    model,
    models.map(({ name }) => name),
    client.instance.url,
  );
}
