import type { OllamaClient } from "../api/ollama-client.ts";
import type { RunRequest } from "./model-runner.ts";

/** Names of models that think, whatever their server says of them. */
const THINKERS = /\b(?:r1|qwq|magistral|reason(?:er|ing)?|think(?:er|ing)?|exaone-deep|deepscaler|cogito)\b/i;

/** Whether the model's text may begin with thinking, as far as it is known before the run. */
export function mayThink({ model, think, thinks }: Pick<RunRequest, "model" | "think" | "thinks">): boolean {
  if (think !== undefined) return think !== false;
  return thinks === true || THINKERS.test(model);
}

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
