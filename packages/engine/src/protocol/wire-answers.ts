import type { ChatMessage } from "./wire-requests.ts";

/** What Ollama answers. Field names are the wire's; durations are nanoseconds, times RFC 3339. */

export type Metrics = {
  total_duration?: number;
  load_duration?: number;
  prompt_eval_count?: number;
  prompt_eval_duration?: number;
  eval_count?: number;
  eval_duration?: number;
};

export type DoneReason = "stop" | "length" | "load" | "unload";

type Answer = Metrics & { model: string; created_at: string; done: boolean; done_reason?: DoneReason };

export type GenerateAnswer = Answer & { response: string; thinking?: string; context?: number[] };

export type ChatAnswer = Answer & { message: ChatMessage };

export type EmbedAnswer = Metrics & { model: string; embeddings: number[][] };

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

export type TagsAnswer = { models: ModelListing[] };

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

export type PsAnswer = { models: RunningModel[] };

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

export type WebSearchAnswer = { results: { title: string; url: string; content: string }[] };
export type WebFetchAnswer = { title: string; content: string; links: string[] };
