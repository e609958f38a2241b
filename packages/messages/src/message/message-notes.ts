import { answerLine, choiceOf } from "@ollama-bridge/core-client/tools";
import type { MessageAnswer } from "./envelope.ts";

/** Who answered, and what a reader must know of the answer, on one line. */
export function messageNotes({ response_data }: MessageAnswer): string[] {
  const { metadata } = response_data;
  const { original_model: model, instance, warnings = [], truncated, quality = [] } = metadata;
  const isCut =
    "stop_reason" in response_data
      ? response_data.stop_reason === "max_tokens"
      : response_data.done_reason === "length";
  const failed = quality.filter(({ passed, repaired }) => !passed && !repaired).map(({ check }) => check);
  const told = [
    ...warnings,
    ...(truncated ? ["text cut to its length"] : []),
    ...(failed.length > 0 ? [`failed checks: ${failed.join(", ")}`] : []),
  ];
  return [
    answerLine({
      ...choiceOf(metadata),
      model,
      ...(instance === undefined ? {} : { instance }),
      truncated: isCut,
      warnings: told,
    }),
  ];
}
