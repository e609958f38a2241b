import type { ChatMessage } from "./wire-requests.ts";

/** What Ollama answers. Field names are the wire's; durations are nanoseconds, times RFC 3339. */

/** How long an answer took and how many tokens it has. Durations are in nanoseconds. */
export type Metrics = {
  total_duration?: number;
  load_duration?: number;
  prompt_eval_count?: number;
  prompt_eval_duration?: number;
  eval_count?: number;
  eval_duration?: number;
};

/** Why an answer ended. */
export type DoneReason = "stop" | "length" | "load" | "unload";

type Answer = Metrics & { model: string; created_at: string; done: boolean; done_reason?: DoneReason };

/** An answer of `/api/generate`, whole or a piece of it. */
export type GenerateAnswer = Answer & { response: string; thinking?: string; context?: number[] };

/** An answer of `/api/chat`, whole or a piece of it. */
export type ChatAnswer = Answer & { message: ChatMessage };

/** The answer of `/api/embed`, a vector per input. */
export type EmbedAnswer = Metrics & { model: string; embeddings: number[][] };

/** What a model's file says of it. */
export type ModelDetails = {
  parent_model: string;
  format: string;
  family: string;
  families: string[] | null;
  parameter_size: string;
  quantization_level: string;
  context_length?: number;
  embedding_length?: number;
};

/** An installed model. `size` is in bytes. */
export type ModelListing = {
  name: string;
  model: string;
  modified_at: string;
  size: number;
  digest: string;
  details: ModelDetails;
  capabilities?: string[];
  remote_model?: string;
  remote_host?: string;
};

/** The answer of `/api/tags`. */
export type TagsAnswer = { models: ModelListing[] };

/** A loaded model. Sizes are in bytes. */
export type RunningModel = {
  name: string;
  model: string;
  size: number;
  digest: string;
  details: ModelDetails;
  expires_at: string;
  size_vram: number;
  context_length?: number;
};

/** The answer of `/api/ps`. */
export type PsAnswer = { models: RunningModel[] };

/** The answer of `/api/show`. */
export type ShowAnswer = {
  modelfile?: string;
  parameters?: string;
  template?: string;
  system?: string;
  license?: string;
  details: ModelDetails;
  model_info?: Record<string, unknown>;
  tensors?: { name: string; type: string; shape: number[] }[];
  capabilities?: string[];
  modified_at?: string;
  remote_model?: string;
  remote_host?: string;
};

/** One line of a pull, push or create. */
export type ProgressLine = { status: string; digest?: string; total?: number; completed?: number };

/** The answer of `/api/web_search`. */
export type WebSearchAnswer = { results: { title: string; url: string; content: string }[] };

/** The answer of `/api/web_fetch`. */
export type WebFetchAnswer = { title: string; content: string; links: string[] };
