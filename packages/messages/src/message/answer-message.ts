import type { ModelRunner, RunRequest, RunResult } from "@ollama-bridge/core-client";
import { coreErrors, estimateTokens } from "@ollama-bridge/core-client";
import { choiceOf, reportProgress } from "@ollama-bridge/core-client/tools";
import { toBridgeError, estimateTokens as tokensOf } from "@ollama-bridge/foundation";
import { type Logger, type ProgressReporter, silentProgress } from "@ollama-bridge/server-kit";
import type { ResponsesSettings } from "../config.ts";
import type { CheckedText } from "../quality/check-quality.ts";
import { type MessageAnswer, type MessageMetadata, type OllamaAnswer, wrapAnswer } from "./envelope.ts";
import { type MessageUsage, newId, stopReasonOf, toMessage, usageOf } from "./message.ts";
import type { MessageMetrics } from "./message-metrics.ts";
import { StreamToCaller } from "./stream-to-caller.ts";

/** Who asks, and what is expected of the answer. */
interface MessageContext {
  request_id?: string | undefined;
  conversation_id?: string | undefined;
  parent_message_id?: string | undefined;
  expected_detail?: "brief" | "normal" | "detailed" | undefined;
  max_tokens?: number | undefined;
}

export interface MessageCall {
  request: RunRequest;
  about: MessageContext;
  /** Events go to the caller while the answer is written. */
  streams: boolean;
  /** Milliseconds that the answer may take. */
  timeoutMs: number;
}

export interface MessageDependencies {
  runner: ModelRunner;
  settings: ResponsesSettings;
  metrics: MessageMetrics;
  signal: AbortSignal;
  progress: ProgressReporter;
  requestId: string;
  log: Logger;
}

/** Runs a prompt and answers in the shape of a message. @throws BridgeError */
export async function answerMessage(
  call: MessageCall,
  dependencies: MessageDependencies,
): Promise<MessageAnswer> {
  const messageId = newId("msg");
  const stream = call.streams ? streamFor(messageId, call, dependencies) : undefined;
  try {
    return await answer(messageId, call, dependencies, stream);
  } catch (thrown) {
    await stream?.fail(toBridgeError(thrown));
    throw thrown;
  }
}

function streamFor(
  messageId: string,
  { request }: MessageCall,
  { settings, progress }: MessageDependencies,
): StreamToCaller | undefined {
  if (!settings.streaming.enabled) return undefined;
  const usage = usageOf(estimateTokens(request), 0);
  return new StreamToCaller({ messageId, model: request.model, usage, settings, progress });
}

async function answer(
  id: string,
  call: MessageCall,
  dependencies: MessageDependencies,
  stream: StreamToCaller | undefined,
): Promise<MessageAnswer> {
  const startedMs = performance.now();
  const createdAt = new Date().toISOString();
  const { runner, settings, progress } = dependencies;
  const result = await runner.run(call.request, {
    signal:
      stream === undefined ? dependencies.signal : AbortSignal.any([dependencies.signal, stream.signal]),
    timeoutMs: call.timeoutMs,
    onEvent: stream?.take ?? reportProgress(progress),
    deliversText: stream !== undefined && progress !== silentProgress,
  });
  const { usage, estimated } = usageFor(call.request, result, settings);
  const checked = await checkAnswer(
    result,
    estimated ? undefined : usage.output_tokens,
    call,
    dependencies,
    stream,
  );
  if (stream !== undefined) await stream.end(result, usage, checked.text.slice(result.response.length));
  const tookMs = performance.now() - startedMs;
  if (settings.monitoring.track_transformations) dependencies.metrics.answered(usage, tookMs);
  const metadata: MessageMetadata = {
    source: "ollama_transformed",
    original_model: result.model,
    instance: result.instance,
    transform_timestamp: new Date().toISOString(),
    processing_time_ms: Math.round(tookMs),
    request_id: call.about.request_id ?? dependencies.requestId,
    conversation_id: call.about.conversation_id ?? null,
    parent_message_id: call.about.parent_message_id ?? null,
    created_at: createdAt,
    ...(estimated ? { usage_estimated: true } : {}),
    ...(checked.truncated ? { truncated: true } : {}),
    ...choiceOf(result),
    ...(result.warnings.length > 0 ? { warnings: result.warnings } : {}),
    quality: checked.results,
  };
  const { source, original_model } = metadata;
  const shown = settings.response_formatting.include_metadata ? metadata : { source, original_model };
  const whole = { ...result, response: checked.text };
  const shaped = settings.response_formatting.mimic_claude
    ? toMessage(id, whole, usage, settings.modelAlias)
    : toOllamaAnswer(whole, usage, createdAt);
  return {
    ...wrapAnswer(shaped, shown, settings),
    ...(stream === undefined ? {} : { stream_id: stream.id, events: stream.count }),
  };
}

/** Ollama's own counts; where it gives none, as for an answer that was cut at a stop string, an estimate. */
function usageFor(
  request: RunRequest,
  { response, thinking = "", usage: { input_tokens, output_tokens } }: RunResult,
  { validation }: ResponsesSettings,
): { usage: MessageUsage; estimated: boolean } {
  const counted = input_tokens > 0 || output_tokens > 0;
  if (counted || !validation.require_usage_stats)
    return { usage: usageOf(input_tokens, output_tokens), estimated: false };
  const written = tokensOf(thinking + response);
  return { usage: usageOf(estimateTokens(request), written), estimated: true };
}

async function checkAnswer(
  result: RunResult,
  outputTokens: number | undefined,
  { about }: MessageCall,
  { settings, metrics, log }: MessageDependencies,
  stream: StreamToCaller | undefined,
): Promise<CheckedText> {
  const { enabled, checks, enhancement_rules: rules } = settings.quality_assurance;
  // What was sent already can be added to, and not taken back.
  const isSent = stream !== undefined;
  const text =
    settings.response_formatting.preserve_formatting || isSent ? result.response : result.response.trim();
  if (!enabled) return { text, truncated: false, results: [] };
  // The parsers are heavy, and many servers are never asked for a message.
  const { checkQuality } = await import("../quality/check-quality.ts");
  const checked = await checkQuality(
    {
      text,
      stopReason: stopReasonOf(result),
      outputTokens,
      expectedDetail: about.expected_detail ?? "normal",
      maxTokens: about.max_tokens ?? settings.max_tokens,
    },
    checks,
    isSent ? { ...rules, truncate_response: false } : rules,
  );
  if (settings.monitoring.track_transformations) metrics.checked(checked.results);
  const failed = checked.results.filter(({ passed, repaired }) => !passed && !repaired);
  if (failed.length === 0) return checked;
  const names = failed.map(({ check }) => check);
  if (settings.monitoring.log_errors) log.info({ checks: names }, "an answer failed checks of its quality");
  if (!settings.validation.strict_mode) return checked;
  throw coreErrors.create("OLLAMA_PROCESSING_ERROR", `The answer failed: ${names.join(", ")}`, {
    details: { quality: checked.results, partial: checked.text },
    more: failed.map(({ check, detail = "" }) => `- ${check}: ${detail}`).join("\n"),
    hint: "Ask again, ask another model, or switch responses.validation.strict_mode off.",
  });
}

function toOllamaAnswer(
  { model, response, thinking, doneReason }: RunResult,
  usage: MessageUsage,
  createdAt: string,
): OllamaAnswer {
  return {
    model,
    created_at: createdAt,
    response,
    ...(thinking === undefined ? {} : { thinking }),
    done: true,
    done_reason: doneReason,
    prompt_eval_count: usage.input_tokens,
    eval_count: usage.output_tokens,
  };
}
