import type { RunResult } from "@ollama-bridge/core-client";

/** An answer in the shape of Anthropic's Messages API. `model` is the one that ran. */
export interface Message {
  /** `msg_` and 24 hexadecimal digits. */
  id: string;
  type: "message";
  role: "assistant";
  content: ContentBlock[];
  model: string;
  stop_reason: StopReason | null;
  stop_sequence: string | null;
  usage: MessageUsage;
}

export type ContentBlock =
  /** Nobody signs the thinking of an Ollama model; the field is there because the shape has it. */
  | { type: "thinking"; thinking: string; signature: string }
  | { type: "text"; text: string }
  | { type: "tool_use"; id: string; name: string; input: Record<string, unknown> };

export type StopReason = "end_turn" | "stop_sequence" | "max_tokens" | "tool_use";

export interface MessageUsage {
  input_tokens: number;
  output_tokens: number;
  total_tokens: number;
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
  return doneReason === "length" ? "max_tokens" : "end_turn";
}
