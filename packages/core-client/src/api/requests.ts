import type { ToolCall } from "./tool-calls.ts";

/**
 * How a model is loaded and how it samples. Ollama knows more of them and gets what is not listed here as it is.
 */
export interface ModelOptions {
  /** Tokens of the context. @default Ollama's own, 4096 on most machines */
  num_ctx?: number | undefined;
  /** The most tokens that are generated; -1 for no limit. @default -1 */
  num_predict?: number | undefined;
  /** Tokens of the prompt that stay when the context is full. @default 4 */
  num_keep?: number | undefined;
  /** Tokens that are read at once. @default 512 */
  num_batch?: number | undefined;
  /** Layers that go to the GPU; 0 for none. @default as many as fit */
  num_gpu?: number | undefined;
  /** The GPU that holds small tensors. @default 0 */
  main_gpu?: number | undefined;
  /** Threads of the processor. @default Ollama's own choice */
  num_thread?: number | undefined;
  /** Maps the model's file into memory. @default Ollama's own choice */
  use_mmap?: boolean | undefined;
  /** With the same seed, options and machine the same prompt gives the same answer. @default random */
  seed?: number | undefined;
  /** 0 takes the likeliest token always. @default the model's own, mostly 0.8 */
  temperature?: number | undefined;
  /** So many of the likeliest tokens are drawn from. @default 40 */
  top_k?: number | undefined;
  /** The likeliest tokens that have this probability together are drawn from. @default 0.9 */
  top_p?: number | undefined;
  /** Tokens below this share of the likeliest one's probability are left out. @default 0 */
  min_p?: number | undefined;
  /** @default 1, which changes nothing */
  typical_p?: number | undefined;
  /** Tokens that are looked back at for repetition; 0 for none, -1 for the whole context. @default 64 */
  repeat_last_n?: number | undefined;
  /** Above 1 repetition becomes less likely. @default 1.1 */
  repeat_penalty?: number | undefined;
  /** @default 0 */
  presence_penalty?: number | undefined;
  /** @default 0 */
  frequency_penalty?: number | undefined;
  /** Texts at which the answer ends; they are not part of it. */
  stop?: string | readonly string[] | undefined;
  [option: string]: unknown;
}

/** A message of a conversation. */
export interface ChatMessage {
  role: "system" | "user" | "assistant" | "tool";
  content: string;
  /** The thoughts before the content, of a model that thinks. */
  thinking?: string | undefined;
  /** Base64. */
  images?: string[] | undefined;
  /** Calls of tools that the assistant wants to be made. */
  tool_calls?: ToolCall[] | undefined;
  /** The tool whose result the message is. */
  tool_name?: string | undefined;
  /** The id of the call whose result the message is, where the model gave one. */
  tool_call_id?: string | undefined;
}

/** A JSON Schema: of an answer, or of the arguments of a tool. */
export interface JsonSchema {
  [keyword: string]: unknown;
}

/** A tool that a model may call, in the format that OpenAI made common. */
export interface Tool {
  /** @default "function" */
  type?: string | undefined;
  function: { name: string; description?: string | undefined; parameters?: JsonSchema | undefined };
}

/** How much a model thinks before it answers. */
export type Think = boolean | "low" | "medium" | "high";

/** What a prompt and a conversation have in common. */
interface GenerationRequest {
  /** Name of an installed model; without a tag, `:latest`. */
  model: string;
  /** `"json"`, or the JSON Schema that the answer follows. */
  format?: "json" | JsonSchema | undefined;
  /** @default the model's own */
  think?: Think | undefined;
  options?: ModelOptions | undefined;
  /** How long the model stays loaded afterwards: seconds, or a duration such as `"10m"`; -1 for always. @default "5m" */
  keep_alive?: string | number | undefined;
  /** Whether Ollama drops the front of a prompt that is too long, rather than answer with an error. @default true */
  truncate?: boolean | undefined;
}

/** A prompt for `/api/generate`. */
export interface GenerateRequest extends GenerationRequest {
  /** Without one, Ollama only loads the model. */
  prompt?: string | undefined;
  /** The text after the gap that is to be filled. */
  suffix?: string | undefined;
  system?: string | undefined;
  /** Takes the place of the model's own prompt template. */
  template?: string | undefined;
  /** Sends the prompt without a template. @default false */
  raw?: boolean | undefined;
  /** Base64. */
  images?: string[] | undefined;
}

/** A conversation for `/api/chat`. */
export interface ChatRequest extends GenerationRequest {
  /** The oldest first. */
  messages: readonly ChatMessage[];
  /** Tools that the model may call; the calls come back in `message.tool_calls`. */
  tools?: readonly Tool[] | undefined;
}

/** Texts for `/api/embed`. */
export interface EmbedRequest {
  model: string;
  /** One text, or several that become one vector each, in order. */
  input: string | readonly string[];
  /** Length of the vectors. @default the model's own */
  dimensions?: number | undefined;
  /** Whether Ollama cuts texts that are longer than the context, rather than answer with an error. @default true */
  truncate?: boolean | undefined;
  options?: ModelOptions | undefined;
  /** As for a generation. @default "5m" */
  keep_alive?: string | number | undefined;
}

/** A model that is brought from Ollama's library, or taken there. */
export interface PullRequest {
  model: string;
  /** Allows a registry without TLS. @default false */
  insecure?: boolean | undefined;
}

/** A model that is published under its namespace: `namespace/name`. */
export type PushRequest = PullRequest;

/** A model that is made from an installed one. */
export interface CreateRequest {
  /** The name of the new model; one that is installed is replaced. */
  model: string;
  from: string;
  system?: string | undefined;
  /** The prompt template. */
  template?: string | undefined;
  license?: string | readonly string[] | undefined;
  /** The options that it uses unless a request says otherwise. */
  parameters?: ModelOptions | undefined;
  /** Messages that every conversation with it begins with. */
  messages?: readonly ChatMessage[] | undefined;
  /** The type to quantize to, such as `"q4_K_M"`. */
  quantize?: string | undefined;
}

/** A search of the web, which Ollama's cloud makes. */
export interface WebSearchRequest {
  query: string;
  /** The most findings, 1 to 10. @default 5 */
  max_results?: number | undefined;
}

/** A page of the web, which Ollama's cloud reads. */
export interface WebFetchRequest {
  url: string;
}
