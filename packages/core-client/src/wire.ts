import type { ToolCall } from "./wire/tool-calls.ts";

/** What Ollama's API sends, as it is read here, and what it takes. */
export type { Embeddings } from "./wire/embeddings.ts";
export type { ChunkMessage, GenerationChunk } from "./wire/generation-chunk.ts";
export type { LoadedList, LoadedModel } from "./wire/loaded-models.ts";
export type { ModelDetails } from "./wire/model-details.ts";
export type { MetadataValue, ModelInfo } from "./wire/model-info.ts";
export type { ModelList, ModelSummary } from "./wire/model-list.ts";
export type { ToolCall } from "./wire/tool-calls.ts";
export type { TransferChunk } from "./wire/transfer-chunk.ts";
export type { WebPage, WebResult } from "./wire/web.ts";

export interface ChatMessage {
  role: "system" | "user" | "assistant" | "tool";
  content: string;
  thinking?: string;
  /** Base64. */
  images?: string[];
  tool_calls?: ToolCall[];
  tool_name?: string;
}
