import type { ToolContext } from "@ollama-bridge/server-kit";
import { toBridgeError } from "@ollama-bridge/server-kit/errors";
import type { CoreDeps } from "../core-deps.ts";
import { deadlineAfter } from "../deadline.ts";
import { answerMessage, type MessageAnswer } from "../messages/answer-message.ts";
import { withFallback } from "../messages/transport.ts";
import { type MessageArguments, requireIds } from "./message-parameters.ts";
import { requirePrompt } from "./parameters.ts";

/** What both tools that answer in the shape of a message do. */
export async function answerInShape(
  { input_text, model, system, options, context: about = {}, timeoutMs }: MessageArguments,
  { deps, signal, progress, requestId, log }: ToolContext<CoreDeps>,
  streams: boolean,
): Promise<{ data: MessageAnswer }> {
  const { runner, limits, responses: settings, messageMetrics } = deps;
  try {
    requireIds(about, settings);
    const { stop, ...others } = options ?? {};
    const limited = about.max_tokens === undefined ? {} : { num_predict: about.max_tokens };
    const request = {
      model: model ?? settings.model,
      prompt: requirePrompt(input_text),
      system,
      options: { ...limited, ...others },
      stop: [stop].flat().filter((each) => typeof each === "string"),
    };
    const deadlineMs = deadlineAfter(timeoutMs ?? limits.default_timeout_ms);
    const data = await answerMessage(
      { request, about, streams, deadlineMs },
      { runner, settings, metrics: messageMetrics, signal, progress, requestId, log },
    );
    return { data };
  } catch (error) {
    const failure = toBridgeError(error);
    if (settings.monitoring.track_transformations && !signal.aborted) messageMetrics.failed(failure);
    throw withFallback(failure, settings.mcp_version);
  }
}
