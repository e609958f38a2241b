import type { RunResult } from "@ollama-bridge/core-client";
import type { AttemptObservation } from "@ollama-bridge/discovery";

/** Every answer reports some load time; below this nothing was loaded. */
const NO_LOAD_MS = 300;

/** The part of an observation that a result holds. */
export type Learned = Pick<
  AttemptObservation,
  "loadMs" | "promptTokens" | "promptMs" | "answerTokens" | "generateMs"
>;

/**
 * What an answer teaches about speed. `writingMs`: from its first byte to its last, as it was seen here; a slow way
 * between counts as the instance's own slowness.
 */
export function learnedFrom(
  { usage, timings }: RunResult,
  { wasCold, writingMs }: { wasCold: boolean; writingMs: number },
): Learned {
  const { load_ms: loadMs, prompt_ms: promptMs, generate_ms: generateMs } = timings;
  return {
    ...(wasCold || loadMs > NO_LOAD_MS ? { loadMs } : {}),
    promptTokens: usage.input_tokens,
    promptMs,
    answerTokens: usage.output_tokens,
    generateMs: Math.max(generateMs, writingMs),
  };
}
