/** What clients of Ollama send. Field names are the wire's. */

/** Seconds as a number, or a Go duration such as "5m"; negative means for ever. */
export type KeepAlive = number | string;

/** Runner and sampler options; the ones Ollama knows are checked by `checkOptions`, others pass unread. */
export type ModelOptions = {
  num_ctx?: number;
  num_predict?: number;
  num_keep?: number;
  temperature?: number;
  top_k?: number;
  top_p?: number;
  min_p?: number;
  typical_p?: number;
  seed?: number;
  stop?: string[];
  repeat_penalty?: number;
  repeat_last_n?: number;
  presence_penalty?: number;
  frequency_penalty?: number;
  [option: string]: unknown;
};

/** Whether and how long a model thinks. */
export type Think = boolean | "low" | "medium" | "high";

/** "json", or a JSON Schema. */
export type Format = string | Record<string, unknown>;

type ModelRequest = { model: string; keep_alive?: KeepAlive; options?: ModelOptions };

type RunRequest = ModelRequest & {
  stream?: boolean;
  format?: Format;
  think?: Think;
  /** false: a prompt longer than the context is an error instead of losing its front. */
  truncate?: boolean;
  /** false: a full context ends the answer instead of dropping its oldest tokens. */
  shift?: boolean;
};

/** The body of `/api/generate`. */
export type GenerateRequest = RunRequest & {
  prompt?: string;
  suffix?: string;
  system?: string;
  template?: string;
  /** Tokens of an earlier exchange, as an earlier answer's `context` gave them. */
  context?: number[];
  raw?: boolean;
  /** base64 */
  images?: string[];
};

/** A tool that a model wants called. */
export type ToolCall = { id?: string; function: { name: string; arguments: Record<string, unknown> } };

/** One message of a conversation. */
export type ChatMessage = {
  role: string;
  content: string;
  thinking?: string;
  /** base64 */
  images?: string[];
  tool_calls?: ToolCall[];
  tool_name?: string;
  tool_call_id?: string;
};

/** A tool that a model may call. `parameters` is a JSON Schema. */
export type Tool = {
  type: string;
  function: { name: string; description?: string; parameters: Record<string, unknown> };
};

/** The body of `/api/chat`. */
export type ChatRequest = RunRequest & { messages?: ChatMessage[]; tools?: Tool[] };

/** A request to load or unload a model: one without prompt or messages. */
export type LoadRequest = ModelRequest;

/** The body of `/api/embed`, its input a list. */
export type EmbedRequest = ModelRequest & { input: string[]; truncate?: boolean; dimensions?: number };

/** The body of `/api/show`. */
export type ShowRequest = { model: string; verbose?: boolean; options?: ModelOptions };

/** The body of `/api/pull` and `/api/push`. */
export type TransferRequest = { model: string; insecure?: boolean; stream?: boolean };

/** The body of `/api/create`. */
export type CreateRequest = {
  model: string;
  stream?: boolean;
  from?: string;
  system?: string;
  template?: string;
  license?: string | string[];
  parameters?: ModelOptions;
  messages?: ChatMessage[];
  quantize?: string;
  files?: Record<string, string>;
  adapters?: Record<string, string>;
};

/** The body of `/api/copy`. */
export type CopyRequest = { source: string; destination: string };

/** The body of `/api/delete`. */
export type DeleteRequest = { model: string };

/** The body of `/api/web_search`. */
export type WebSearchRequest = { query: string; max_results?: number };

/** The body of `/api/web_fetch`. */
export type WebFetchRequest = { url: string };
