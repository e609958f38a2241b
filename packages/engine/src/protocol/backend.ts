import type { IncomingHttpHeaders } from "node:http";
import type {
  DoneReason,
  EmbedAnswer,
  GenerateAnswer,
  Metrics,
  ProgressLine,
  PsAnswer,
  ShowAnswer,
  TagsAnswer,
  WebFetchAnswer,
  WebSearchAnswer,
} from "./wire-answers.ts";
import type {
  ChatMessage,
  ChatRequest,
  CopyRequest,
  CreateRequest,
  DeleteRequest,
  EmbedRequest,
  GenerateRequest,
  LoadRequest,
  ShowRequest,
  TransferRequest,
  WebFetchRequest,
  WebSearchRequest,
} from "./wire-requests.ts";

/** What a call may need of its HTTP request. */
export type Call = {
  /** Aborts when the client's connection closes before the answer is complete. */
  signal: AbortSignal;
  headers: IncomingHttpHeaders;
};

type End = Metrics & { done: true; done_reason?: DoneReason };

/** A piece of text, or the end. What the wire has besides (`model`, `created_at`, …) is added to each. */
export type GeneratePiece =
  | { done?: false; response?: string; thinking?: string }
  | (End & Pick<GenerateAnswer, "context">);

/** A piece of an answer to a conversation. */
export type ChatPiece =
  | { done?: false; message: Partial<Pick<ChatMessage, "content" | "thinking" | "tool_calls">> }
  | End;

/** Vectors as the model gave them, not normalized. */
export type Embedding = Metrics & Pick<EmbedAnswer, "embeddings">;

/** A model that is there, with what it can do. */
export type FoundModel = { capabilities: string[] };

/**
 * What stands behind an Ollama server. Every method may throw an `OllamaHttpError`; anything else thrown becomes a
 * 500 with its message. An iterable that ends without a `done` piece is an answer cut off, as with a real Ollama
 * whose runner died. A method that is absent makes its paths unknown (404), as on an older Ollama.
 */
export type OllamaBackend = {
  /** The answer of `/api/version`. */
  version: string;
  /** The model that a request names, or undefined where there is none: the server then answers 404. */
  find(model: string, call: Call): Promise<FoundModel | undefined>;
  tags(call: Call): Promise<TagsAnswer>;
  ps?(call: Call): Promise<PsAnswer>;
  show?(request: ShowRequest, call: Call): Promise<ShowAnswer>;
  /** Loads the model (a request without prompt). */
  load(request: LoadRequest, call: Call): Promise<void>;
  /** Unloads the model (a request without prompt and with `keep_alive` 0). */
  unload(request: LoadRequest, call: Call): Promise<void>;
  generate(request: GenerateRequest, call: Call): AsyncIterable<GeneratePiece>;
  chat(request: ChatRequest, call: Call): AsyncIterable<ChatPiece>;
  /** `request.input` holds at least one text. */
  embed?(request: EmbedRequest, call: Call): Promise<Embedding>;
  pull?(request: TransferRequest, call: Call): AsyncIterable<ProgressLine>;
  push?(request: TransferRequest, call: Call): AsyncIterable<ProgressLine>;
  create?(request: CreateRequest, call: Call): AsyncIterable<ProgressLine>;
  copy?(request: CopyRequest, call: Call): Promise<void>;
  delete?(request: DeleteRequest, call: Call): Promise<void>;
  webSearch?(request: WebSearchRequest, call: Call): Promise<WebSearchAnswer>;
  webFetch?(request: WebFetchRequest, call: Call): Promise<WebFetchAnswer>;
  status?(call: Call): Promise<object>;
  me?(call: Call): Promise<object>;
};
