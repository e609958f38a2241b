import type { BridgeError } from "@ollama-bridge/foundation";
import type { ShowResponse } from "../api/ollama-api.ts";
import { readTokens } from "../api/values.ts";
import { type CoreErrorDetails, coreErrors } from "../core-errors.ts";
import type { RunRequest } from "./model-runner.ts";

/** Words have 3 to 4 bytes a token; digits and signs are often one each. */
const BYTES_PER_TOKEN = 3;
/** What Ollama loads a model with when nobody says otherwise. */
const DEFAULT_CONTEXT = 4096;
/** A context is asked for in steps, so that prompts of nearly the same length share a loaded model. */
const CONTEXT_STEP = 2048;
/** Room for the answer when the caller did not limit it. */
const DEFAULT_ANSWER_TOKENS = 1024;

/** The longest context the model was made for, in tokens; undefined when the server does not tell. */
export function contextLimit({ model_info: info, details }: ShowResponse): number | undefined {
  return readTokens(info[`${info["general.architecture"]}.context_length`]) ?? details.context_length;
}

/** A rough count of the tokens a request puts into the context. */
export function estimateTokens(request: RunRequest): number {
  const texts = [
    request.system,
    request.prompt,
    request.tools && JSON.stringify(request.tools),
    ...(request.messages ?? []).flatMap(({ content, tool_calls }) => [
      content,
      tool_calls && JSON.stringify(tool_calls),
    ]),
  ];
  return texts.reduce((sum, text = "") => {
    const single = countSingles(text);
    return sum + single + Math.ceil((Buffer.byteLength(text) - single) / BYTES_PER_TOKEN);
  }, 0);
}

/** Digits and signs, counted without a list of them: a text may have millions. */
function countSingles(text: string): number {
  let count = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    const isLetter = (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a);
    if (code > 0x20 && code < 0x7f && !isLetter) count++;
  }
  return count;
}

/** What a server counted when it refused a prompt. */
export type Counted = Pick<
  CoreErrorDetails["CONTEXT_EXCEEDED"],
  "tokens_estimated" | "context_length" | "excess_tokens"
>;

/**
 * The `num_ctx` for a second try of a request that was too long for the context it met.
 * @throws BridgeError CONTEXT_EXCEEDED when the model's own limit was met already; `details` has tokens_estimated
 * and context_length.
 */
export function largerContext(request: RunRequest, limit: number | undefined, counted: Counted = {}): number {
  const { excess_tokens: excess, context_length: met } = counted;
  const prompt = counted.tokens_estimated ?? (excess === undefined ? undefined : (limit ?? 0) + excess);
  const estimate = prompt ?? estimateTokens(request);
  const named = typeof request.options?.num_ctx === "number" ? request.options.num_ctx : undefined;
  const asked = named ?? met ?? undefined;
  if (limit === undefined || (asked ?? 0) >= limit || (prompt ?? 0) >= limit)
    throw contextExceeded(estimate, limit ?? asked);
  const predict = request.options?.num_predict;
  const answer = typeof predict === "number" && predict > 0 ? predict : DEFAULT_ANSWER_TOKENS;
  // The estimate may be short by half for dense text, and what was asked for has been proved too small.
  const wanted =
    prompt === undefined
      ? Math.max(1.5 * estimate + answer, 2 * (asked ?? DEFAULT_CONTEXT))
      : prompt + answer;
  return Math.min(limit, Math.ceil(wanted / CONTEXT_STEP) * CONTEXT_STEP);
}

export function contextExceeded(tokensEstimated: number, contextLength: number | undefined): BridgeError {
  const known =
    contextLength === undefined ? "the model's context" : `the context of ${contextLength} tokens`;
  return coreErrors.create(
    "CONTEXT_EXCEEDED",
    `The prompt of about ${tokensEstimated} tokens is longer than ${known}`,
    {
      details: { tokens_estimated: tokensEstimated, context_length: contextLength ?? null },
    },
  );
}
