import {
  type BridgeError,
  type CallLimits,
  deadlineAfter,
  isBridgeError,
  withDeadline,
} from "@ollama-bridge/foundation";
import { coreErrors } from "../core-errors.ts";
import { errorFromOllama, notTheProtocol } from "../transport/failure.ts";
import { type InstanceSettings, withoutKeys } from "../transport/instance.ts";
import { createTransport, type OllamaRequest, type Transport } from "../transport/transport.ts";
import type { TransportTimeouts } from "../transport/transport-timeouts.ts";
import { ByteBuffer, mebibytes } from "./byte-buffer.ts";
import { type Embeddings, maxEmbeddingBytes, readEmbeddings } from "./embeddings.ts";
import { errorMessage } from "./error-message.ts";
import { type GenerationChunk, readGenerationChunk } from "./generation-chunk.ts";
import { type LoadedList, readLoadedModels } from "./loaded-models.ts";
import { type ModelInfo, readModelInfo } from "./model-info.ts";
import { type ModelList, readModelList } from "./model-list.ts";
import { parseJsonLines } from "./ndjson.ts";
import { parseJson } from "./parse-json.ts";
import { readTransferChunk, type TransferChunk } from "./transfer-chunk.ts";
import { isObject, type JsonObject, readLabel } from "./values.ts";
import { readWebPage, readWebResults, type WebPage, type WebResult } from "./web.ts";
import { WireFault } from "./wire-fault.ts";

/** Looking something up takes milliseconds at Ollama; longer than this it hangs. */
const LOOKUP_TIMEOUT_MS = 10_000;
const MAX_LOOKUP_BYTES = 8 * 1024 * 1024;

const DEFAULT_TIMEOUTS: TransportTimeouts = { connectMs: 5_000, idleMs: 300_000 };

/** What an answer is read with, and the most bytes that it may have. */
interface Reading<Result> {
  read(answer: JsonObject): Result;
  maxBytes?: number;
  /** What to do about an answer that is longer. */
  hint?: string;
}

/**
 * One Ollama server, all of its API. Every answer is read field by field and is bounded. Every method throws a
 * BridgeError: OLLAMA_CONNECTION_FAILED, MODEL_NOT_FOUND, OLLAMA_BUSY, UNAUTHORIZED, CAPABILITY_UNSUPPORTED,
 * CONTEXT_EXCEEDED, TIMEOUT_EXCEEDED, OLLAMA_PROCESSING_ERROR.
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

  /** The installed models (`/api/tags`), at most 5,000. */
  tags(limits: CallLimits = {}): Promise<ModelList> {
    return this.#lookup({ method: "GET", path: "/api/tags" }, { read: readModelList }, limits);
  }

  /** The models in memory (`/api/ps`). */
  ps(limits: CallLimits = {}): Promise<LoadedList> {
    return this.#lookup({ method: "GET", path: "/api/ps" }, { read: readLoadedModels }, limits);
  }

  version(limits: CallLimits = {}): Promise<string> {
    const read = (answer: JsonObject) => {
      const version = readLabel(answer.version);
      if (version === undefined) throw new WireFault("answered without a version");
      return version;
    };
    return this.#lookup({ method: "GET", path: "/api/version" }, { read }, limits);
  }

  show(model: string, limits: CallLimits = {}): Promise<ModelInfo> {
    const request: OllamaRequest = { method: "POST", path: "/api/show", body: { model } };
    return this.#lookup(request, { read: readModelInfo }, limits);
  }

  /** Turns texts into vectors (`/api/embed`). The answer may have 128 KiB per text, and 64 MiB together. */
  embed(
    body: { model: string; input: string[]; dimensions?: number | undefined; [option: string]: unknown },
    limits: CallLimits,
  ): Promise<Embeddings> {
    const { length } = body.input;
    return this.#json(
      { method: "POST", path: "/api/embed", body },
      {
        read: (answer) => readEmbeddings(answer, length),
        maxBytes: maxEmbeddingBytes(length, body.dimensions),
        hint: "Embed fewer texts at once, and check that the model is an embedding model.",
      },
      limits,
    );
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
  webSearch(body: { query: string; max_results: number }, limits: CallLimits): Promise<WebResult[]> {
    const read = (answer: JsonObject) => readWebResults(answer, body.max_results);
    return this.#json({ method: "POST", path: "/api/web_search", body }, { read }, limits);
  }

  /** Reads a web page (the cloud's `/api/web_fetch`). */
  webFetch(body: { url: string }, limits: CallLimits): Promise<WebPage> {
    return this.#json({ method: "POST", path: "/api/web_fetch", body }, { read: readWebPage }, limits);
  }

  /** Ends every connection, at once. */
  close(): Promise<void> {
    return this.#transport.close();
  }

  /** A generation that ends without its last line was cut off: not an answer. */
  async *#generation(path: string, body: object, signal?: AbortSignal): AsyncGenerator<GenerationChunk> {
    for await (const line of this.#lines(path, body, signal)) {
      const chunk = readGenerationChunk(line);
      yield chunk;
      if (chunk.done) return;
    }
    throw this.#fault(path, "ended its answer before it was complete");
  }

  async *#transfer(path: string, body: object, signal?: AbortSignal): AsyncGenerator<TransferChunk> {
    let last: TransferChunk = {};
    for await (const line of this.#lines(path, body, signal)) {
      last = readTransferChunk(line);
      yield last;
    }
    if (last.status !== "success") throw this.#fault(path, "ended before it succeeded");
  }

  async *#lines(path: string, body: object, signal?: AbortSignal): AsyncGenerator<JsonObject> {
    const request: OllamaRequest = { method: "POST", path, body: { ...body, stream: true }, signal };
    const bytes = await this.#transport.open(request);
    try {
      for await (const line of parseJsonLines(bytes)) {
        if (!isObject(line)) throw new WireFault("sent something that is not Ollama's");
        if (line.error !== undefined && line.error !== null) throw this.#errorLine(path, line);
        yield line;
      }
    } catch (error) {
      throw this.#named(path, error);
    }
  }

  #errorLine(path: string, line: JsonObject): BridgeError {
    const message = withoutKeys(errorMessage(line), this.instance);
    return errorFromOllama({ status: 200, endpoint: `${this.instance.url}${path}`, message });
  }

  /** A GET or a look-up has no effect, so a connection that breaks is worth a second try. */
  async #lookup<Result>(asked: OllamaRequest, reading: Reading<Result>, limits: CallLimits): Promise<Result> {
    const request = { ...asked, readOnlyHints: true };
    const bounded = { deadlineMs: deadlineAfter(LOOKUP_TIMEOUT_MS), ...limits };
    try {
      return await this.#json(request, reading, bounded);
    } catch (error) {
      if (!isBridgeError(error) || !broke(error)) throw error;
      return this.#json(request, reading, bounded);
    }
  }

  async #json<Result>(request: OllamaRequest, reading: Reading<Result>, limits: CallLimits): Promise<Result> {
    const { read, maxBytes, hint } = reading;
    const text = await this.#text(request, limits, maxBytes, hint);
    try {
      const answer = parseJson(text);
      if (isObject(answer)) return read(answer);
    } catch (error) {
      throw this.#named(request.path, error);
    }
    throw this.#fault(request.path, "did not answer with a JSON object");
  }

  async #empty(request: OllamaRequest, limits: CallLimits): Promise<void> {
    await this.#text(request, { deadlineMs: deadlineAfter(LOOKUP_TIMEOUT_MS), ...limits });
  }

  #text(
    request: OllamaRequest,
    limits: CallLimits,
    maxBytes = MAX_LOOKUP_BYTES,
    hint?: string,
  ): Promise<string> {
    const tooLong = `sent an answer of more than ${mebibytes(maxBytes)}`;
    const body = new ByteBuffer(maxBytes, () => this.#fault(request.path, tooLong, hint));
    return withDeadline(limits, async (signal) => {
      for await (const chunk of await this.#transport.open({ ...request, signal })) body.append(chunk);
      return body.takeText();
    });
  }

  #fault(path: string, what: string, hint?: string): BridgeError {
    return notTheProtocol(`${this.instance.url}${path}`, what, { hint });
  }

  /** What is wrong with an answer, with the address that it came from. */
  #named(path: string, error: unknown): unknown {
    if (!(error instanceof WireFault)) return error;
    const { message, hint } = error;
    return notTheProtocol(`${this.instance.url}${path}`, message, { hint, cause: error });
  }
}

/** A connection that stood and was lost, as a kept-alive one is when the server restarts. */
function broke(error: BridgeError): boolean {
  if (!coreErrors.is(error, "OLLAMA_CONNECTION_FAILED")) return false;
  const errno = error.details?.errno;
  return errno === "ECONNRESET" || errno === "UND_ERR_SOCKET" || errno === "EPIPE";
}
