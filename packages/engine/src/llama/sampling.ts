import { randomInt } from "node:crypto";
import type { SequenceEvaluateOptions, Token } from "node-llama-cpp";
import type { ModelOptions } from "../protocol/index.ts";

/** Ollama's options, with Ollama's defaults, for llama.cpp. `said` gives the tokens of prompt and answer so far. */
export function samplingOptions(
  options: ModelOptions,
  said: () => Token[],
  contextLength: number,
): SequenceEvaluateOptions {
  const { temperature = 0.8, top_k = 40, top_p = 0.9, min_p = 0, seed = -1 } = options;
  const { repeat_penalty = 1.1, repeat_last_n = 64, presence_penalty = 0, frequency_penalty = 0 } = options;
  const lastTokens = repeat_last_n < 0 ? contextLength : repeat_last_n;
  return {
    temperature,
    topK: top_k,
    topP: top_p,
    minP: min_p,
    seed: seed < 0 ? randomInt(2 ** 32) : seed % 2 ** 32,
    yieldEogToken: true,
    ...(lastTokens > 0 && {
      repeatPenalty: {
        punishTokens: () => said().slice(-lastTokens),
        maxPunishTokens: lastTokens,
        penalty: repeat_penalty,
        presencePenalty: presence_penalty,
        frequencyPenalty: frequency_penalty,
      },
    }),
  };
}
