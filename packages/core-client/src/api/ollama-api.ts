import type { ToolCall } from "./tool-calls.ts";

/** What Ollama's API sends, as it is read here, and what it takes. */
export type { Embeddings } from "./embeddings.ts";
export type { ChunkMessage, GenerationChunk } from "./generation-chunk.ts";
export type { LoadedList, LoadedModel } from "./loaded-models.ts";
export type { ModelDetails } from "./model-details.ts";
export type { MetadataValue, ModelInfo } from "./model-info.ts";
export type { ModelList, ModelSummary } from "./model-list.ts";
export type { ToolCall } from "./tool-calls.ts";
export type { TransferChunk } from "./transfer-chunk.ts";
export type { WebPage, WebResult } from "./web.ts";

export interface ChatMessage {
  role: "system" | "user" | "assistant" | "tool";
  content: string;
  thinking?: string;
  /** Base64. */
  images?: string[];
  tool_calls?: ToolCall[];
  tool_name?: string;
}
