import { type BridgeError, isBridgeError } from "@ollama-bridge/server-kit/errors";
import { type CallLimits, deadlineAfter, withDeadline } from "./deadline.ts";
import { errorFromOllama, notTheProtocol } from "./failure.ts";
import { type InstanceSettings, withoutKeys } from "./instance.ts";
import { parseJsonLines } from "./ndjson.ts";
import { createTransport, type OllamaRequest, type Transport } from "./transport.ts";
import type { TransportTimeouts } from "./transport-timeouts.ts";
import type {
  GenerationChunk,
  LoadedModel,
  ModelInfo,
  ModelSummary,
  TransferChunk,
  WebPage,
  WebResult,
} from "./wire.ts";

/** Looking something up takes milliseconds at Ollama; longer than this it hangs. */
const LOOKUP_TIMEOUT_MS = 10_000;

const DEFAULT_TIMEOUTS: TransportTimeouts = { connectMs: 5_000, idleMs: 300_000 };

/** What `/api/embed` answers: one vector an input, in order. */
export interface Embeddings {
  embeddings: number[][];
  prompt_eval_count?: number;
}

/**
 * One Ollama server, all of its API. Every method throws a BridgeError: OLLAMA_CONNECTION_FAILED, MODEL_NOT_FOUND,
 * OLLAMA_BUSY, UNAUTHORIZED, CAPABILITY_UNSUPPORTED, CONTEXT_EXCEEDED, TIMEOUT_EXCEEDED, OLLAMA_PROCESSING_ERROR.
 */
export class OllamaClient {
  readonly instance: InstanceSettings;
  readonly #transport: Transport;

  constructor(instance: InstanceSettings, timeouts: Partial<TransportTimeouts> = {}) {
    this.instance = instance;
    this.#transport = createTransport(instance, { ...DEFAULT_TIMEOUTS, ...timeouts });
  }

  /** Generates from a prompt (`/api/generate`); the chunks as they come, the last one with `done: true`. */
  generate(body: object, signal?: AbortSignal): AsyncGenerator<GenerationChunk> {
    return this.#generation("/api/generate", body, signal);
  }

  /** Answers a conversation (`/api/chat`); chunks as in `generate`, with `message` for `response`. */
  chat(body: object, signal?: AbortSignal): AsyncGenerator<GenerationChunk> {
    return this.#generation("/api/chat", body, signal);
  }

  async tags(limits: CallLimits = {}): Promise<ModelSummary[]> {
    return this.#models<ModelSummary>("/api/tags", limits);
  }

  async ps(limits: CallLimits = {}): Promise<LoadedModel[]> {
    return this.#models<LoadedModel>("/api/ps", limits);
  }

  async version(limits: CallLimits = {}): Promise<string> {
    const { version } = await this.#lookup<{ version?: unknown }>(
      { method: "GET", path: "/api/version" },
      limits,
    );
    if (typeof version !== "string") throw notTheProtocol(this.instance.url, "answered without a version");
    return version;
  }

  show(model: string, limits: CallLimits = {}): Promise<ModelInfo> {
    return this.#lookup({ method: "POST", path: "/api/show", body: { model } }, limits);
  }

  async embed(
    body: { model: string; input: string[]; [option: string]: unknown },
    limits: CallLimits,
  ): Promise<Embeddings> {
    const path = "/api/embed";
    const answer = await this.#json<Embeddings>({ method: "POST", path, body }, limits);
    if (Array.isArray(answer.embeddings) && answer.embeddings.length === body.input.length) return answer;
    throw notTheProtocol(`${this.instance.url}${path}`, "did not answer with one embedding an input");
  }

  /** Pulls a model; each chunk tells where it stands (bytes), the last one has the status `success`. */
  pull(body: { model: string; insecure?: boolean }, signal?: AbortSignal): AsyncGenerator<TransferChunk> {
    return this.#transfer("/api/pull", body, signal);
  }

  push(body: { model: string; insecure?: boolean }, signal?: AbortSignal): AsyncGenerator<TransferChunk> {
    return this.#transfer("/api/push", body, signal);
  }

  create(
    body: { model: string; [option: string]: unknown },
    signal?: AbortSignal,
  ): AsyncGenerator<TransferChunk> {
    return this.#transfer("/api/create", body, signal);
  }

  async copy(source: string, destination: string, limits: CallLimits = {}): Promise<void> {
    await this.#empty({ method: "POST", path: "/api/copy", body: { source, destination } }, limits);
  }

  async delete(model: string, limits: CallLimits = {}): Promise<void> {
    await this.#empty({ method: "DELETE", path: "/api/delete", body: { model } }, limits);
  }

  /** Searches the web (the cloud's `/api/web_search`). */
  webSearch(
    body: { query: string; max_results: number },
    limits: CallLimits,
  ): Promise<{ results?: WebResult[] }> {
    return this.#json({ method: "POST", path: "/api/web_search", body }, limits);
  }

  /** Reads a web page (the cloud's `/api/web_fetch`). */
  webFetch(body: { url: string }, limits: CallLimits): Promise<Partial<WebPage>> {
    return this.#json({ method: "POST", path: "/api/web_fetch", body }, limits);
  }

  /** Ends every connection, at once. */
  close(): Promise<void> {
    return this.#transport.close();
  }

  /** A generation that ends without its last line was cut off: not an answer. */
  async *#generation(path: string, body: object, signal?: AbortSignal): AsyncGenerator<GenerationChunk> {
    let done = false;
    for await (const chunk of this.#lines<GenerationChunk>(path, { ...body, stream: true }, signal)) {
      done = chunk.done === true;
      yield chunk;
      if (done) return;
    }
    throw notTheProtocol(`${this.instance.url}${path}`, "ended its answer before it was complete");
  }

  async *#transfer(path: string, body: object, signal?: AbortSignal): AsyncGenerator<TransferChunk> {
    let last: TransferChunk = {};
    for await (const chunk of this.#lines<TransferChunk>(path, { ...body, stream: true }, signal)) {
      last = chunk;
      yield chunk;
    }
    if (last.status !== "success")
      throw notTheProtocol(`${this.instance.url}${path}`, "ended before it succeeded");
  }

  async *#lines<Line extends { error?: unknown }>(
    path: string,
    body: object,
    signal?: AbortSignal,
  ): AsyncGenerator<Line> {
    const endpoint = `${this.instance.url}${path}`;
    const bytes = await this.#transport.open({ method: "POST", path, body, signal });
    try {
      for await (const line of parseJsonLines<Line>(bytes)) {
        if (typeof line !== "object" || line === null || Array.isArray(line))
          throw notTheProtocol(endpoint, "sent something that is not Ollama's");
        if (line.error !== undefined && line.error !== null) {
          const text = withoutKeys(JSON.stringify(line), this.instance);
          throw errorFromOllama({ status: 200, endpoint, text });
        }
        yield line;
      }
    } catch (error) {
      if (error instanceof SyntaxError)
        throw notTheProtocol(endpoint, "sent something that is not JSON", 200, error);
      throw error;
    }
  }

  async #models<Model extends { name: string }>(path: string, limits: CallLimits): Promise<Model[]> {
    const { models } = await this.#lookup<{ models?: Model[] | null }>({ method: "GET", path }, limits);
    const list: unknown = models ?? [];
    if (Array.isArray(list) && list.every((model) => typeof model?.name === "string")) return list;
    throw notTheProtocol(`${this.instance.url}${path}`, "did not answer with a list of models");
  }

  /** A GET or a look-up has no effect, so a connection that breaks is worth a second try. */
  async #lookup<Result>(asked: OllamaRequest, limits: CallLimits): Promise<Result> {
    const request = { ...asked, looksUp: true };
    const bounded = { deadlineMs: deadlineAfter(LOOKUP_TIMEOUT_MS), ...limits };
    try {
      return await this.#json<Result>(request, bounded);
    } catch (error) {
      if (!isBridgeError(error) || !broke(error)) throw error;
      return this.#json<Result>(request, bounded);
    }
  }

  async #json<Result>(request: OllamaRequest, limits: CallLimits): Promise<Result> {
    const text = await this.#text(request, limits);
    try {
      const value: unknown = JSON.parse(text);
      if (typeof value === "object" && value !== null) return value as Result;
    } catch (error) {
      throw notTheProtocol(`${this.instance.url}${request.path}`, "did not answer with JSON", 200, error);
    }
    throw notTheProtocol(`${this.instance.url}${request.path}`, "did not answer with a JSON object");
  }

  async #empty(request: OllamaRequest, limits: CallLimits): Promise<void> {
    await this.#text(request, { deadlineMs: deadlineAfter(LOOKUP_TIMEOUT_MS), ...limits });
  }

  #text(request: OllamaRequest, limits: CallLimits): Promise<string> {
    return withDeadline(limits, async (signal) => {
      const chunks: Uint8Array[] = [];
      for await (const chunk of await this.#transport.open({ ...request, signal })) chunks.push(chunk);
      return Buffer.concat(chunks).toString("utf8");
    });
  }
}

/** A connection that stood and was lost, as a kept-alive one is when the server restarts. */
function broke(error: BridgeError): boolean {
  const errno = error.details?.errno;
  return errno === "ECONNRESET" || errno === "UND_ERR_SOCKET" || errno === "EPIPE";
}
