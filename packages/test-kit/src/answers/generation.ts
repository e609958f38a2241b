import { setTimeout as sleep } from "node:timers/promises";
import {
  type Call,
  type ChatRequest,
  type DoneReason,
  type GenerateRequest,
  inputTooLong,
  type KeepAlive,
  keepAliveMs,
  type Metrics,
  type ModelOptions,
} from "@ollama-bridge/engine/protocol";
import { contextSizeExceeded } from "../faults/told-errors.ts";
import type { Kit } from "../kit.ts";
import type { Want } from "../models/loaded-model.ts";
import type { Model } from "../models/model-script.ts";
import { type Lease, noLease } from "../scheduler.ts";
import { answerTo, type Token } from "./answer.ts";
import { toQuestion } from "./question.ts";
import { hash, tokenise } from "./tokens.ts";

type End = Metrics & { done: true; done_reason: DoneReason; context: number[] };
export type Piece = (Token & { done?: false }) | End;

type Asks = { options?: ModelOptions; keep_alive?: KeepAlive };

/** A place in the model, loaded as the request wants it. Models in the cloud are never loaded here. */
export function acquire(kit: Kit, model: Model, request: Asks, signal: AbortSignal): Promise<Lease> {
  return model.cloud ? Promise.resolve(noLease) : kit.scheduler.acquire(toWant(kit, model, request), signal);
}

function toWant(kit: Kit, model: Model, { options = {}, keep_alive }: Asks): Want {
  return {
    model,
    contextLength: Math.min(options.num_ctx ?? kit.options.num_ctx, model.context_length),
    keepAliveMs: keep_alive === undefined ? kit.options.keepAliveMs : keepAliveMs(keep_alive),
  };
}

/** The prompt's tokens that fit the context: the front is dropped, or refused with `truncate: false`. */
export function fit(kit: Kit, model: Model, text: string, request: Asks & { truncate?: boolean }): string[] {
  const { contextLength } = toWant(kit, model, request);
  const tokens = tokenise(text);
  if (tokens.length <= contextLength) return tokens;
  if (request.truncate === false)
    throw kit.options.like === "0.33" ? contextSizeExceeded(tokens.length, contextLength) : inputTooLong();
  return tokens.slice(-contextLength);
}

/** Runs the model on a request: waits for it, reads the prompt and says the answer, at the scripted speeds. */
export async function* generation(
  kit: Kit,
  model: Model,
  request: GenerateRequest | ChatRequest,
  { signal }: Call,
): AsyncGenerator<Piece> {
  const startedAt = performance.now();
  const at = { model: model.name };
  const lease = await acquire(kit, model, request, signal);
  try {
    const { question, text } = toQuestion(model, request);
    const prompt = fit(kit, model, text, request);
    const { tokens, doneReason } = await answerTo(model, question);
    const prefillMs = duration(prompt.length, model.prefillTps);
    if (prefillMs > 0) await sleep(prefillMs, undefined, { signal });
    const firstAt = performance.now();
    for (const [index, token] of tokens.entries()) {
      await kit.gates.reach(`token-${index + 1}`, at, signal);
      const early = firstAt + duration(index + 1, model.decodeTps) - performance.now();
      if (early > 0) await sleep(early, undefined, { signal });
      signal.throwIfAborted();
      yield token;
    }
    await kit.gates.reach("done", at, signal);
    const spoken = tokens.flatMap((token) => ("response" in token ? [token.response] : []));
    yield {
      done: true,
      done_reason: doneReason,
      context: [...prompt, ...spoken].map((token) => hash(token) % 49_152),
      total_duration: nanoseconds(performance.now() - startedAt),
      load_duration: nanoseconds(lease.loadMs),
      prompt_eval_count: prompt.length,
      prompt_eval_duration: nanoseconds(prefillMs),
      eval_count: tokens.length,
      // A duration of zero is left out: one token takes no time between tokens, but 0.33 counts it.
      ...((tokens.length > 1 || kit.options.like === "0.33") && {
        eval_duration: nanoseconds(duration(tokens.length, model.decodeTps)),
      }),
    };
  } finally {
    lease.release();
  }
}

/** Milliseconds for so many tokens; a speed of 0 means no time at all. */
const duration = (tokens: number, tokensPerSecond: number): number =>
  tokensPerSecond > 0 ? (tokens * 1000) / tokensPerSecond : 0;

/** At least a microsecond: what was done took some time. */
export const nanoseconds = (ms: number): number => Math.max(1000, Math.round(ms * 1e6));
