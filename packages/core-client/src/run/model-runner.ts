import type { ByteBudget, CallOptions } from "@ollama-bridge/foundation";
import type {
  ChatMessage,
  EmbedRequest,
  EmbedResponse,
  JsonSchema,
  ListResponse,
  ModelOptions,
  ShowResponse,
  Think,
  Tool,
  ToolCall,
} from "../api/ollama-api.ts";

/** What is asked of a model: a prompt, or a conversation in `messages`. */
export interface RunRequest {
  /** A model's name; where the runner routes also `auto` or `auto:<category>`. */
  model: string;
  prompt?: string | undefined;
  /** The oldest first. */
  messages?: readonly ChatMessage[] | undefined;
  system?: string | undefined;
  /** Base64. */
  images?: string[] | undefined;
  tools?: readonly Tool[] | undefined;
  /** `"json"`, or the JSON Schema that the answer follows. */
  format?: "json" | JsonSchema | undefined;
  /** @default the model's own */
  think?: Think | undefined;
  /** Ollama's own options, passed on as they are. */
  options?: ModelOptions | undefined;
  /** Whether the model thinks, where that is known; else its name tells. */
  thinks?: boolean | undefined;
  /** Strings at which the answer ends, looked for here, so that the result can name the one. */
  stop?: readonly string[] | undefined;
  /** How long the model stays loaded afterwards: a duration such as `10m`, or seconds. @default Ollama's own */
  keepAlive?: string | number | undefined;
  /** Where the request may run: `local_only` keeps it on private machines. @default "any" */
  privacy?: Privacy | undefined;
  /** The tool that was called, for the policies of a runner that has some. */
  caller?: string | undefined;
}

/** Where a request may run: anywhere, or on private machines only and never in a cloud. */
export type Privacy = "any" | "local_only";

/** Texts to embed, and where they may go. */
export interface RunnerEmbedRequest extends EmbedRequest, Pick<RunRequest, "privacy" | "caller"> {}

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
  /** What a reader must know besides the answer. */
  warnings: string[];
  /** Why this model on this instance; absent where the model was named. */
  reason?: string;
  /** Present where the run was kept to private machines, by the request or by a policy. */
  privacy?: Exclude<Privacy, "any">;
}

/** Where the time of an answer went, in milliseconds, and the speed of decoding. */
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

/** How a run ends early and what it tells meanwhile. */
export interface RunOptions extends CallOptions<RunEvent> {
  /**
   * The caller passes pieces on as they come, so what was delivered must not be generated again elsewhere.
   * @default false
   */
  deliversText?: boolean | undefined;
  /** Shared by the answers that one call keeps, and released by it. @default a budget of the answer's own */
  budget?: ByteBudget | undefined;
}

/** Vectors, and the instance that made them. */
export interface RunnerEmbedResponse extends EmbedResponse {
  instance: string;
}

/**
 * How everything above reaches models, be it one instance or a routed fleet.
 *
 * @example
 * import { OllamaClient, singleInstanceRunner } from "@ollama-bridge/core-client";
 *
 * const runner = singleInstanceRunner(new OllamaClient("http://gpu-box:11434"), { maxConcurrent: 5 });
 * const { response } = await runner.run(
 *   { model: "llama3.2", prompt: "Why is the sky blue?" },
 *   { timeoutMs: 60_000, onEvent: ({ type }) => console.error(type) },
 * );
 */
export interface ModelRunner {
  /** @throws BridgeError; TIMEOUT_EXCEEDED carries any partial output in `details.partial`. */
  run(request: RunRequest, options?: RunOptions): Promise<RunResult>;
  embed(request: RunnerEmbedRequest, options?: CallOptions): Promise<RunnerEmbedResponse>;
  list(options?: CallOptions): Promise<ListResponse>;
  show(model: string, options?: CallOptions): Promise<ShowResponse>;
  version(options?: CallOptions): Promise<string>;
  /** Whether a model that can see would answer the request. @throws BridgeError MODEL_NOT_FOUND */
  canSee(request: RunRequest, options?: CallOptions): Promise<boolean>;
}
