import type { CallLimits } from "@ollama-bridge/foundation";
import type { ChatMessage, Embeddings, ModelInfo, ModelList, ToolCall } from "../api/ollama-api.ts";

/** What is asked of a model: a prompt, or a conversation in `messages`. */
export interface RunRequest {
  /** A model's name; where the runner routes also `auto` or `auto:<category>`. */
  model: string;
  prompt?: string | undefined;
  messages?: ChatMessage[] | undefined;
  system?: string | undefined;
  /** Base64. */
  images?: string[] | undefined;
  tools?: object[] | undefined;
  format?: "json" | object | undefined;
  think?: boolean | "low" | "medium" | "high" | undefined;
  /** Ollama's own options, passed on as they are. */
  options?: Record<string, unknown> | undefined;
  /** Strings at which the answer ends, looked for here, so that the result can name the one. */
  stop?: readonly string[] | undefined;
  keepAlive?: string | undefined;
}

/** What a model answered. */
export interface RunResult {
  response: string;
  /** Never part of `response`. */
  thinking?: string;
  toolCalls?: ToolCall[];
  /** The name as it was asked for. */
  model: string;
  /** Name of the instance that answered. */
  instance: string;
  doneReason: string;
  /** Which of the request's `stop` ended the answer; Ollama's own counts are 0 then, as it was cut off. */
  stopSequence?: string;
  /** The answer ends where the length allowed ended, not where the model would have. */
  truncated: boolean;
  usage: { input_tokens: number; output_tokens: number };
  timings: Timings;
  warnings: string[];
}

export interface Timings {
  total_ms: number;
  load_ms: number;
  prompt_ms: number;
  generate_ms: number;
  tokens_per_second: number;
}

/** Where a run stands. `text` and `thinking` are the piece that has just come. */
export type RunEvent =
  | { type: "queued" }
  | { type: "loading"; instance: string; model: string }
  | {
      type: "generating";
      instance: string;
      model: string;
      tokens: number;
      text: string;
      thinking: string;
    };

export interface RunLimits extends CallLimits {
  onEvent?: ((event: RunEvent) => void) | undefined;
  /** The caller passes pieces on as they come, so what was delivered must not be generated again elsewhere. */
  deliversText?: boolean | undefined;
}

/** How everything above reaches models, be it one instance or a routed fleet. */
export interface ModelRunner {
  /** @throws BridgeError; TIMEOUT_EXCEEDED carries in `details.partial` what had arrived. */
  run(request: RunRequest, limits: RunLimits): Promise<RunResult>;
  embed(
    request: {
      model: string;
      input: string[];
      dimensions?: number | undefined;
      truncate?: boolean | undefined;
    },
    limits: CallLimits,
  ): Promise<Embeddings & { instance: string }>;
  list(limits?: CallLimits): Promise<ModelList>;
  show(model: string, limits?: CallLimits): Promise<ModelInfo>;
  version(limits?: CallLimits): Promise<string>;
}
