import type { OllamaClient } from "../api/ollama-client.ts";

/** Whether the server says that the model thinks; undefined where it does not tell. */
export async function canThink(
  client: OllamaClient,
  model: string,
  signal: AbortSignal | undefined,
): Promise<boolean | undefined> {
  try {
    return (await client.show(model, { signal })).capabilities?.includes("thinking");
  } catch (error) {
    if (signal?.aborted) throw error;
    // The answer itself will say what is wrong with the server.
    return undefined;
  }
}
