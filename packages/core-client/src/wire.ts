/** What Ollama's API sends and takes, as far as it is read here. Unknown fields are let through. */

export interface ModelDetails {
  parent_model?: string;
  format?: string;
  family?: string;
  families?: string[] | null;
  parameter_size?: string;
  quantization_level?: string;
  context_length?: number;
  embedding_length?: number;
}

/** One entry of `/api/tags`; `size` in bytes, `modified_at` ISO 8601. */
export interface ModelSummary {
  name: string;
  model?: string;
  modified_at: string;
  size: number;
  digest: string;
  details: ModelDetails;
  /** Since 0.3x; older servers tell them in `/api/show` only. */
  capabilities?: string[];
  /** Present on pointers to a cloud model. */
  remote_model?: string;
  remote_host?: string;
}

/** One entry of `/api/ps`; sizes in bytes. */
export interface LoadedModel {
  name: string;
  digest: string;
  size: number;
  size_vram: number;
  context_length?: number;
  expires_at: string;
}

export interface ModelInfo {
  license?: string;
  modelfile?: string;
  parameters?: string;
  template?: string;
  system?: string;
  details: ModelDetails;
  model_info?: Record<string, unknown>;
  capabilities?: string[];
  /** Present on pointers to a cloud model. */
  remote_model?: string;
  remote_host?: string;
}

export interface ToolCall {
  id?: string;
  function: { name: string; arguments: Record<string, unknown> };
}

export interface ChatMessage {
  role: "system" | "user" | "assistant" | "tool";
  content: string;
  thinking?: string;
  /** Base64. */
  images?: string[];
  tool_calls?: ToolCall[];
  tool_name?: string;
}

/** One line of a generation's stream. Durations are nanoseconds. */
export interface GenerationChunk {
  model?: string;
  response?: string;
  thinking?: string;
  message?: { content?: string; thinking?: string; tool_calls?: ToolCall[] };
  done?: boolean;
  done_reason?: string;
  total_duration?: number;
  load_duration?: number;
  prompt_eval_count?: number;
  prompt_eval_duration?: number;
  eval_count?: number;
  eval_duration?: number;
  error?: string;
}

/** One line of a pull, push or create. */
export interface TransferChunk {
  status?: string;
  digest?: string;
  total?: number;
  completed?: number;
  error?: string;
}

export interface WebResult {
  title: string;
  url: string;
  content: string;
}

export interface WebPage {
  title: string;
  content: string;
  links: string[];
}
