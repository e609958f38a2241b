import type { RunResult } from "@ollama-bridge/core-client";

/** A part of an answer: thinking, text, or the use of a tool. */
export type ContentBlock =
  | {
      type: "thinking";
      thinking: string;
      /** Always empty: nobody signs the thinking of an Ollama model. */
      signature: string;
    }
  | { type: "text"; text: string }
  | { type: "tool_use"; id: string; name: string; input: Record<string, unknown> };

export const stopReasons = ["end_turn", "stop_sequence", "max_tokens", "tool_use"] as const;

/** Why an answer ended, in Anthropic's words. */
export type StopReason = (typeof stopReasons)[number];

/** The tokens of a prompt and its answer. */
export interface MessageUsage {
  input_tokens: number;
  output_tokens: number;
  total_tokens: number;
}

/** An answer in the shape of Anthropic's Messages API. */
export interface Message {
  /** `msg_` and 24 hexadecimal digits. */
  id: string;
  type: "message";
  role: "assistant";
  content: ContentBlock[];
  /** The model that ran, or the operator's alias for it. */
  model: string;
  stop_reason: StopReason | null;
  /** The stop string that ended it. */
  stop_sequence: string | null;
  usage: MessageUsage;
}

export const newId = (prefix: "msg" | "toolu" | "stream") =>
  `${prefix}_${Buffer.from(crypto.getRandomValues(new Uint8Array(12))).toString("hex")}`;

export function usageOf(input_tokens: number, output_tokens: number): MessageUsage {
  return { input_tokens, output_tokens, total_tokens: input_tokens + output_tokens };
}

/** The text always has a block of its own, unless there are calls of tools instead. */
export function contentOf({
  response,
  thinking,
  toolCalls = [],
}: Pick<RunResult, "response" | "thinking" | "toolCalls">): ContentBlock[] {
  const calls = toolCalls.map(({ id, function: { name, arguments: input } }) => ({
    type: "tool_use" as const,
    id: id ?? newId("toolu"),
    name,
    input,
  }));
  return [
    ...(thinking === undefined ? [] : [{ type: "thinking" as const, thinking, signature: "" }]),
    ...(response === "" && calls.length > 0 ? [] : [{ type: "text" as const, text: response }]),
    ...calls,
  ];
}

export function stopReasonOf({
  doneReason,
  stopSequence,
  toolCalls,
}: Pick<RunResult, "doneReason" | "stopSequence" | "toolCalls">): StopReason {
  if (stopSequence !== undefined) return "stop_sequence";
  if (toolCalls !== undefined) return "tool_use";
  return doneReason === "length" || doneReason === "repetition" ? "max_tokens" : "end_turn";
}

/** Puts a result into a message. `model` is the one that ran, unless another name is given for it. */
export function toMessage(
  id: string,
  result: RunResult,
  usage: MessageUsage,
  model: string = result.model,
): Message {
  return {
    id,
    type: "message",
    role: "assistant",
    content: contentOf(result),
    model,
    stop_reason: stopReasonOf(result),
    stop_sequence: result.stopSequence ?? null,
    usage,
  };
}
