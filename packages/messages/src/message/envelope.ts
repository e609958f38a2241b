import { choiceData, warningsData } from "@ollama-bridge/core-client/tools";
import { amendError, type BridgeError } from "@ollama-bridge/foundation";
import * as z from "zod";
import type { ResponsesSettings } from "../config.ts";
import { qualityData } from "../quality/quality.ts";
import type { Message } from "./message.ts";
import { messageData } from "./message-data.ts";
import type { MessageEvent } from "./message-events.ts";

/** Where an answer comes from; `source` and `original_model` are always there. */
const messageMetadata = () =>
  z
    .strictObject({
      source: z.literal("ollama_transformed").describe("Always ollama_transformed"),
      original_model: z.string().describe("The model that ran"),
      instance: z.string().exactOptional().describe("Name of the instance that answered"),
      transform_timestamp: z.string().exactOptional().describe("When the message was made, ISO 8601"),
      processing_time_ms: z.int().exactOptional().describe("Time from the call to the answer"),
      request_id: z.string().exactOptional().describe("As it was given, else the call's"),
      conversation_id: z.string().nullable().exactOptional().describe("As it was given"),
      parent_message_id: z.string().nullable().exactOptional().describe("As it was given"),
      created_at: z.string().exactOptional().describe("When the call came, ISO 8601"),
      usage_estimated: z.literal(true).exactOptional().describe("Present where Ollama counted no tokens"),
      truncated: z.literal(true).exactOptional().describe("Present where the text was cut to its length"),
      ...choiceData(),
      warnings: warningsData("Warnings about the answer"),
      quality: z.array(qualityData()).exactOptional().describe("Checks of the answer's quality"),
    })
    .describe("Where the answer comes from");

export type MessageMetadata = z.output<ReturnType<typeof messageMetadata>>;

/** Ollama's own shape, as its generate call answers. */
const ollamaAnswerData = () =>
  z.strictObject({
    model: z.string().describe("The model that ran"),
    created_at: z.string().describe("When the call came, ISO 8601"),
    response: z.string().describe("The model's answer"),
    thinking: z.string().exactOptional().describe("The model's thinking"),
    done: z.literal(true).describe("Always true"),
    done_reason: z.string().describe("Why the answer ends"),
    prompt_eval_count: z.int().describe("Tokens of the prompt"),
    eval_count: z.int().describe("Tokens of the answer"),
  });

export type OllamaAnswer = z.output<ReturnType<typeof ollamaAnswerData>>;

/** An answer in its wrapping; of a stream with its id and the number of its events. */
export const messageAnswerData = () =>
  z.strictObject({
    mcp_version: z.string().describe("From the configuration"),
    response_type: z.enum(["claude_compatible", "ollama"]).describe("The shape of the answer"),
    response_data: z.union([
      messageData().extend({ metadata: messageMetadata() }),
      ollamaAnswerData().extend({ metadata: messageMetadata() }),
    ]),
    transport_metadata: z.strictObject({
      timestamp: z.string().describe("When the answer was wrapped, ISO 8601"),
      source: z.literal("ollama_transformer").describe("Always ollama_transformer"),
      format_version: z.enum(["claude_v1", "ollama"]).describe("The shape of the answer"),
      integration: z.strictObject({
        name: z.string().describe("From the configuration"),
        version: z.string().describe("From the configuration"),
      }),
    }),
    stream_id: z.string().exactOptional().describe("Names the stream, where there was one"),
    events: z.int().exactOptional().describe("Number of its events"),
  });

export type MessageAnswer = z.output<ReturnType<typeof messageAnswerData>>;

const now = () => new Date().toISOString();

export function wrapAnswer(
  answer: Message | OllamaAnswer,
  metadata: MessageMetadata,
  settings: ResponsesSettings,
): MessageAnswer {
  const isMessage = "stop_reason" in answer;
  return {
    mcp_version: settings.mcp_version,
    response_type: isMessage ? "claude_compatible" : "ollama",
    response_data: { ...answer, metadata },
    transport_metadata: {
      timestamp: now(),
      source: "ollama_transformer",
      format_version: isMessage ? "claude_v1" : "ollama",
      integration: settings.integration,
    },
  };
}

/** The first and the last line of a stream, around its events. */
export const streamStart = (stream_id: string, message: { id: string; model: string }) => ({
  type: "stream_start" as const,
  stream_id,
  message: { ...message, type: "message", role: "assistant", content: [] },
});
export const streamEnd = (stream_id: string) => ({ type: "stream_end" as const, stream_id });

export const wrapEvent = (mcp_version: string, stream_id: string, event: MessageEvent) => ({
  mcp_version,
  response_type: "stream_event" as const,
  stream_id,
  event,
  timestamp: now(),
});

/** What a client does with a request that failed here. */
const FALLBACK = "PROCESS_IN_CLAUDE";

/** A program that reads this shape finds its own kind of error in `data`, beside the envelope's. */
export function withFallback(error: BridgeError, mcp_version: string): BridgeError {
  const { code, message } = error;
  return amendError(error, {
    more: [error.more, `Fallback action: ${FALLBACK}`].filter(Boolean).join("\n"),
    data: {
      mcp_version,
      response_type: "error",
      error: { type: "processing_error", message, code },
      fallback_action: FALLBACK,
    },
  });
}
