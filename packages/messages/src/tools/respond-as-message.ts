import { parameters } from "@ollama-bridge/core-client/tools";
import { toBridgeError } from "@ollama-bridge/foundation";
import type { ToolContext } from "@ollama-bridge/server-kit";
import { answerMessage } from "../message/answer-message.ts";
import { type MessageAnswer, withFallback } from "../message/envelope.ts";
import type { MessagesDependencies } from "../messages-dependencies.ts";
import { type MessageArguments, requireIds } from "./message-parameters.ts";

/** What both tools that answer in the shape of a message do. */
export async function respondAsMessage(
  { input_text, model, system, options, context: about = {}, privacy, timeoutMs }: MessageArguments,
  { dependencies, signal, progress, requestId, log }: ToolContext<MessagesDependencies>,
  { caller, streams }: { caller: string; streams: boolean },
): Promise<{ data: MessageAnswer }> {
  const { runner, limits, responses: settings, metrics } = dependencies;
  try {
    requireIds(about, settings);
    const { stop, ...others } = options ?? {};
    const limited = about.max_tokens === undefined ? {} : { num_predict: about.max_tokens };
    const request = {
      model: model ?? settings.model,
      prompt: parameters.requirePrompt(input_text),
      system,
      options: { ...limited, ...others },
      privacy,
      caller,
      stop: [stop].flat().filter((each) => typeof each === "string"),
    };
    const data = await answerMessage(
      { request, about, streams, timeoutMs: timeoutMs ?? limits.default_timeout_ms },
      { runner, settings, metrics, signal, progress, requestId, log },
    );
    return { data };
  } catch (error) {
    const failure = toBridgeError(error);
    if (settings.monitoring.track_transformations && !signal.aborted) metrics.failed(failure);
    throw withFallback(failure, settings.mcp_version);
  }
}
