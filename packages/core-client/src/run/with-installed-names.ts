import type { CallOptions } from "@ollama-bridge/foundation";
import { modelNotFound } from "../api/model-names.ts";
import type { ModelSummary } from "../api/ollama-api.ts";
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
    const { models } = await client.list(options);
    throw notInstalled(client, model, models);
  }
}

/** MODEL_NOT_FOUND with the nearest names that the server has. */
export function notInstalled({ instance }: OllamaClient, model: string, models: readonly ModelSummary[]) {
  const names = models.map(({ name }) => name);
  return modelNotFound(model, names, instance.url);
}
