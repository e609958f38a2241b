import { amendError, type BridgeError } from "@ollama-bridge/foundation";
import type { ResponsesSettings } from "../config.ts";
import type { QualityResult } from "../quality/check-quality.ts";
import type { Message } from "./message.ts";
import type { MessageEvent } from "./message-events.ts";

/** Where an answer comes from; `source` and `original_model` are always there. */
export interface MessageMetadata {
  source: "ollama_transformed";
  original_model: string;
  instance?: string;
  transform_timestamp?: string;
  processing_time_ms?: number;
  request_id?: string;
  conversation_id?: string | null;
  parent_message_id?: string | null;
  created_at?: string;
  usage_estimated?: true;
  truncated?: true;
  warnings?: string[];
  quality?: QualityResult[];
}

/** An answer in its wrapping. */
export interface WrappedAnswer {
  mcp_version: string;
  response_type: "claude_compatible" | "ollama";
  response_data: (Message | OllamaAnswer) & { metadata: MessageMetadata };
  transport_metadata: {
    timestamp: string;
    source: "ollama_transformer";
    format_version: "claude_v1" | "ollama";
    integration: { name: string; version: string };
  };
}

/** Ollama's own shape, as its generate call answers. */
export interface OllamaAnswer {
  model: string;
  created_at: string;
  response: string;
  thinking?: string;
  done: true;
  done_reason: string;
  prompt_eval_count: number;
  eval_count: number;
}

const now = () => new Date().toISOString();

export function wrapAnswer(
  answer: Message | OllamaAnswer,
  metadata: MessageMetadata,
  settings: ResponsesSettings,
): WrappedAnswer {
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
