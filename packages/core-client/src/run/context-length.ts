import { type BridgeError, estimateTokens as tokensOf } from "@ollama-bridge/foundation";
import type { ShowResponse } from "../api/ollama-api.ts";
import { readTokens } from "../api/values.ts";
import { type CoreErrorDetails, coreErrors } from "../core-errors.ts";
import { requestJson } from "../transport/not-sent.ts";
import type { RunRequest } from "./model-runner.ts";

/** What Ollama loads a model with when nobody says otherwise. */
const DEFAULT_CONTEXT = 4096;
/** A context is asked for in steps, so that prompts of nearly the same length share a loaded model. */
const CONTEXT_STEP = 2048;
/** Room for the answer when the caller did not limit it. */
const DEFAULT_ANSWER_TOKENS = 1024;

/** Returns the longest context the model was made for, in tokens; undefined when the server does not tell. */
export function contextLimit({ model_info: info, details }: ShowResponse): number | undefined {
  return readTokens(info[`${info["general.architecture"]}.context_length`]) ?? details.context_length;
}

/**
 * Estimates the tokens that a request puts into the context, its images aside.
 * @throws BridgeError VALIDATION_ERROR for what JSON has no form for.
 */
export function estimateTokens(request: RunRequest): number {
  const texts = [
    request.system,
    request.prompt,
    request.tools && requestJson(request.tools),
    ...(request.messages ?? []).flatMap(({ content, tool_calls }) => [
      content,
      tool_calls && requestJson(tool_calls),
    ]),
  ];
  return texts.reduce((sum, text = "") => sum + tokensOf(text), 0);
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
