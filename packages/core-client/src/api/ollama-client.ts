import { type CallOptions, invalidArgument } from "@ollama-bridge/foundation";
import { ANSWER_LIMIT, answerBudget } from "../run/answer-budget.ts";
import { type GatheredAnswer, gatherAnswer } from "../run/gather-answer.ts";
import { mayThink } from "../run/may-think.ts";
import { chatResponse, generateResponse } from "../run/whole-response.ts";
import type { TransportTimeouts } from "../transport/dispatcher.ts";
import { type ClientSettings, type InstanceSettings, instanceSettings } from "../transport/instance.ts";
import { ApiCalls, type Reading } from "./api-calls.ts";
import {
  type EmbedResponse,
  embeddingLimits,
  maxEmbeddingBytes,
  readEmbedResponse,
} from "./embed-response.ts";
import { bringsSomething } from "./error-message.ts";
import {
  type ChatChunk,
  type GenerateChunk,
  type GenerationChunk,
  readGenerationChunk,
} from "./generation-chunk.ts";
import type { ChatResponse, GenerateResponse } from "./generation-response.ts";
import { type ListResponse, readListResponse } from "./list-response.ts";
import { type PsResponse, readPsResponse } from "./ps-response.ts";
import type {
  ChatRequest,
  CreateRequest,
  EmbedRequest,
  GenerateRequest,
  PullRequest,
  PushRequest,
  WebFetchRequest,
  WebSearchRequest,
} from "./requests.ts";
import { readShowResponse, type ShowResponse } from "./show-response.ts";
import { readTransferProgress, type TransferProgress } from "./transfer-progress.ts";
import { type JsonObject, readLabel } from "./values.ts";
import { readWebPage, readWebResults, type WebPage, type WebResult } from "./web.ts";
import { WireFault } from "./wire-fault.ts";

const DEFAULT_TIMEOUTS: TransportTimeouts = { connectMs: 5_000 };
/** What the cloud's search finds when nobody says how much. */
const DEFAULT_RESULTS = 5;

/**
 * One Ollama server, all of its API. Every answer is read field by field and is bounded. Every method takes the same
 * options, and throws a BridgeError: OLLAMA_CONNECTION_FAILED, MODEL_NOT_FOUND, OLLAMA_BUSY, UNAUTHORIZED,
 * CAPABILITY_UNSUPPORTED, CONTEXT_EXCEEDED, VALIDATION_ERROR, TIMEOUT_EXCEEDED, OLLAMA_PROCESSING_ERROR.
 *
 * @example
 * import { OllamaClient } from "@ollama-bridge/core-client";
 *
 * const client = new OllamaClient("http://gpu-box:11434");
 * const { response } = await client.generate({ model: "llama3.2", prompt: "Why is the sky blue?" });
 * await client.close();
 */
export class OllamaClient {
  /** The address, name and keys of the server. */
  readonly instance: InstanceSettings;
  readonly #calls: ApiCalls;

  /**
   * Nothing connects before the first call.
   * @param server its address as people write it (`gpu-box`, `gpu-box:11434`, a URL), or settings with its keys.
   * @param timeouts milliseconds: `connectMs` until a connection stands, by default 5,000.
   * @throws BridgeError CONFIG_INVALID for an address that is none.
   */
  constructor(server: string | ClientSettings, timeouts: Partial<TransportTimeouts> = {}) {
    this.instance = instanceSettings(server);
    this.#calls = new ApiCalls(this.instance, { ...DEFAULT_TIMEOUTS, ...timeouts });
  }

  /**
   * Answers a prompt (`/api/generate`). `onEvent` gets the pieces as they come.
   *
   * @example
   * import { type GenerateChunk, OllamaClient } from "@ollama-bridge/core-client";
   *
   * const client = new OllamaClient("http://gpu-box:11434");
   * const onEvent = ({ response = "" }: GenerateChunk) => void process.stdout.write(response);
   * await client.generate({ model: "llama3.2", prompt: "Why is the sky blue?" }, { timeoutMs: 60_000, onEvent });
   */
  async generate(
    request: GenerateRequest,
    options: CallOptions<GenerateChunk> = {},
  ): Promise<GenerateResponse> {
    return generateResponse(await whole(this.generateStream(request, options), request, options));
  }

  /** The pieces of an answer to a prompt as they come, the last one with `done: true`. Leaving the loop ends it. */
  generateStream(
    request: GenerateRequest,
    options: CallOptions = {},
  ): AsyncGenerator<GenerateChunk, void, undefined> {
    return this.#generation("/api/generate", request, options);
  }

  /** Answers a conversation (`/api/chat`). `onEvent` gets the pieces as they come. */
  async chat(request: ChatRequest, options: CallOptions<ChatChunk> = {}): Promise<ChatResponse> {
    return chatResponse(await whole(this.chatStream(request, options), request, options));
  }

  /** The pieces of an answer to a conversation as they come, the last one with `done: true`. Leaving the loop ends it. */
  chatStream(request: ChatRequest, options: CallOptions = {}): AsyncGenerator<ChatChunk, void, undefined> {
    return this.#generation("/api/chat", request, options);
  }

  /**
   * Turns texts into vectors (`/api/embed`). The answer may have 128 KiB per text, and 32 MiB together with all other
   * answers under way; beyond that, VALIDATION_ERROR.
   */
  embed(request: EmbedRequest, options: CallOptions = {}): Promise<EmbedResponse> {
    const length = typeof request.input === "string" ? 1 : request.input.length;
    const budget = answerBudget();
    const reading: Reading<EmbedResponse> = {
      read: (answer) => readEmbedResponse(answer, length),
      maxBytes: maxEmbeddingBytes(length, request.dimensions),
      limits: embeddingLimits(length),
      hint: "Embed fewer texts at once, and check that the model is an embedding model.",
      take(bytes) {
        if (budget.take(bytes) === bytes) return;
        throw invalidArgument(
          "input",
          ANSWER_LIMIT,
          "Embed fewer texts at once, or one list after the other.",
        );
      },
    };
    const asked = { method: "POST", path: "/api/embed", body: request } as const;
    return this.#calls.json(asked, reading, options).finally(budget.release);
  }

  /** The installed models (`/api/tags`), at most 5,000. @default timeoutMs 10,000 */
  list(options: CallOptions = {}): Promise<ListResponse> {
    return this.#calls.lookup({ method: "GET", path: "/api/tags" }, { read: readListResponse }, options);
  }

  /** The models in memory (`/api/ps`). @default timeoutMs 10,000 */
  ps(options: CallOptions = {}): Promise<PsResponse> {
    return this.#calls.lookup({ method: "GET", path: "/api/ps" }, { read: readPsResponse }, options);
  }

  /** What one installed model is and can do (`/api/show`). @default timeoutMs 10,000 */
  show(model: string, options: CallOptions = {}): Promise<ShowResponse> {
    const request = { method: "POST", path: "/api/show", body: { model } } as const;
    return this.#calls.lookup(request, { read: readShowResponse }, options);
  }

  /** The server's version, such as `0.33.0` (`/api/version`). @default timeoutMs 10,000 */
  version(options: CallOptions = {}): Promise<string> {
    const read = (answer: JsonObject) => {
      const version = readLabel(answer.version);
      if (version === undefined) throw new WireFault("answered without a version");
      return version;
    };
    return this.#calls.lookup({ method: "GET", path: "/api/version" }, { read }, options);
  }

  /**
   * Brings a model from Ollama's library (`/api/pull`). `onEvent` gets where each layer stands, in bytes; resolves to the
   * last line, whose status is `success`.
   */
  pull(request: PullRequest, options: CallOptions<TransferProgress> = {}): Promise<TransferProgress> {
    return this.#transfer("/api/pull", request, options);
  }

  /** Publishes a model under its namespace (`/api/push`); as `pull`. */
  push(request: PushRequest, options: CallOptions<TransferProgress> = {}): Promise<TransferProgress> {
    return this.#transfer("/api/push", request, options);
  }

  /** Makes a model from an installed one (`/api/create`); as `pull`. */
  create(request: CreateRequest, options: CallOptions<TransferProgress> = {}): Promise<TransferProgress> {
    return this.#transfer("/api/create", request, options);
  }

  /** Gives an installed model a second name (`/api/copy`). @default timeoutMs 10,000 */
  copy(source: string, destination: string, options: CallOptions = {}): Promise<void> {
    const body = { source, destination };
    return this.#calls.empty({ method: "POST", path: "/api/copy", body }, options);
  }

  /** Removes an installed model (`/api/delete`). @default timeoutMs 10,000 */
  delete(model: string, options: CallOptions = {}): Promise<void> {
    return this.#calls.empty({ method: "DELETE", path: "/api/delete", body: { model } }, options);
  }

  /** Searches the web (the cloud's `/api/web_search`). */
  webSearch(request: WebSearchRequest, options: CallOptions = {}): Promise<WebResult[]> {
    const body = { max_results: DEFAULT_RESULTS, ...request };
    const read = (answer: JsonObject) => readWebResults(answer, request.max_results ?? DEFAULT_RESULTS);
    return this.#calls.json({ method: "POST", path: "/api/web_search", body }, { read }, options);
  }

  /** Reads a web page (the cloud's `/api/web_fetch`). */
  webFetch(request: WebFetchRequest, options: CallOptions = {}): Promise<WebPage> {
    const asked = { method: "POST", path: "/api/web_fetch", body: request } as const;
    return this.#calls.json(asked, { read: readWebPage }, options);
  }

  /** Ends every connection, at once. */
  close(): Promise<void> {
    return this.#calls.close();
  }

  #generation(
    path: string,
    request: GenerateRequest | ChatRequest,
    options: CallOptions,
  ): AsyncGenerator<GenerationChunk, void, undefined> {
    const isLast = ({ done = false }: GenerationChunk) => done;
    return this.#calls.lines(path, request, { read: readGenerationChunk, isLast, bringsSomething }, options);
  }

  async #transfer(
    path: string,
    request: PullRequest | CreateRequest,
    options: CallOptions<TransferProgress>,
  ): Promise<TransferProgress> {
    let last: TransferProgress = {};
    for await (const progress of this.#calls.lines(path, request, { read: readTransferProgress }, options)) {
      last = progress;
      options.onEvent?.(last);
    }
    if (last.status !== "success") throw this.#calls.fault(path, "ended before it succeeded");
    return last;
  }
}

function whole<Chunk extends GenerationChunk>(
  chunks: AsyncIterable<Chunk>,
  request: GenerateRequest | ChatRequest,
  { onEvent }: CallOptions<Chunk>,
): Promise<GatheredAnswer> {
  return gatherAnswer(chunks, { thinks: mayThink(request), onChunk: (chunk) => onEvent?.(chunk) });
}
