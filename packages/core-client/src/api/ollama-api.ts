/** What Ollama's API takes and what it sends, as it is read here. */
export type { EmbedResponse } from "./embed-response.ts";
export type {
  ChatChunk,
  ChunkMessage,
  GenerateChunk,
  GenerationChunk,
  GenerationStats,
} from "./generation-chunk.ts";
export type { ChatResponse, GenerateResponse } from "./generation-response.ts";
export type { ListResponse, ModelSummary } from "./list-response.ts";
export type { ModelDetails } from "./model-details.ts";
export type { LoadedModel, PsResponse } from "./ps-response.ts";
export type {
  ChatMessage,
  ChatRequest,
  CreateRequest,
  EmbedRequest,
  GenerateRequest,
  JsonSchema,
  ModelOptions,
  PullRequest,
  PushRequest,
  Think,
  Tool,
  WebFetchRequest,
  WebSearchRequest,
} from "./requests.ts";
export type { MetadataValue, ShowResponse } from "./show-response.ts";
export type { ToolCall } from "./tool-calls.ts";
export type { TransferProgress } from "./transfer-progress.ts";
export type { WebPage, WebResult } from "./web.ts";
