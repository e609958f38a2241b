import type { RunResult } from "@ollama-bridge/core-client";
import * as z from "zod";

const contentBlockData = () =>
  z.discriminatedUnion("type", [
    // Nobody signs the thinking of an Ollama model; the field is there because the shape has it.
    z.strictObject({
      type: z.literal("thinking"),
      thinking: z.string().describe("The model's thinking"),
      signature: z.string().describe("Always empty"),
    }),
    z.strictObject({ type: z.literal("text"), text: z.string().describe("The model's answer") }),
    z.strictObject({
      type: z.literal("tool_use"),
      id: z.string().describe("Names the call"),
      name: z.string().describe("Name of the tool"),
      input: z.record(z.string(), z.unknown()).describe("Arguments of the call"),
    }),
  ]);

export type ContentBlock = z.output<ReturnType<typeof contentBlockData>>;

const stopReasons = ["end_turn", "stop_sequence", "max_tokens", "tool_use"] as const;

export type StopReason = (typeof stopReasons)[number];

const messageUsageData = () =>
  z.strictObject({
    input_tokens: z.int().describe("Tokens of the prompt"),
    output_tokens: z.int().describe("Tokens of the answer"),
    total_tokens: z.int().describe("Their sum"),
  });

export type MessageUsage = z.output<ReturnType<typeof messageUsageData>>;

/** An answer in the shape of Anthropic's Messages API. */
export const messageData = () =>
  z.strictObject({
    id: z.string().describe("`msg_` and 24 hexadecimal digits"),
    type: z.literal("message").describe("Always message"),
    role: z.literal("assistant").describe("Always assistant"),
    content: z.array(contentBlockData()).describe("Blocks of text, thinking and calls of tools"),
    model: z.string().describe("The model that ran"),
    stop_reason: z.enum(stopReasons).nullable().describe("Why the answer ends"),
    stop_sequence: z.string().nullable().describe("The stop string that ended it"),
    usage: messageUsageData(),
  });

export type Message = z.output<ReturnType<typeof messageData>>;

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
