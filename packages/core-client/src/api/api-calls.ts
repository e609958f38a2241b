import { setImmediate as nextTurn } from "node:timers/promises";
import {
  type BridgeError,
  ByteBuffer,
  type CallOptions,
  isRecord,
  type JsonLimits,
  mebibytes,
  startDeadline,
  withDeadline,
} from "@ollama-bridge/foundation";
import { coreErrors } from "../core-errors.ts";
import type { TransportTimeouts } from "../transport/dispatcher.ts";
import type { Body } from "../transport/exchange.ts";
import { notTheProtocol } from "../transport/failure.ts";
import { type InstanceSettings, withoutKeys } from "../transport/instance.ts";
import { errorFromServer } from "../transport/server-errors.ts";
import { shortened } from "../transport/shortened.ts";
import { createTransport, type OllamaRequest, type Transport } from "../transport/transport.ts";
import { isErrorLine, readServerMessage } from "./error-message.ts";
import { JsonLines } from "./ndjson.ts";
import { parseJson } from "./parse-json.ts";
import type { JsonObject } from "./values.ts";
import { WireFault } from "./wire-fault.ts";

/** Looking something up takes milliseconds at Ollama; longer than this it hangs. */
const LOOKUP_TIMEOUT_MS = 10_000;
const MAX_LOOKUP_BYTES = 8 * 1024 * 1024;
const LINES_PER_TURN = 1_000;

/** What an answer is read with, and the most bytes that it may have. */
export interface Reading<Result> {
  read(answer: JsonObject): Result;
  /** @default 8 MiB */
  maxBytes?: number;
  /** @default 250,000 values */
  limits?: JsonLimits;
  /** Called with the size of each piece; throws to stop reading. */
  take?(bytes: number): void;
  /** What to do about an answer that is longer. */
  hint?: string;
}

/** How the lines of an answer are read, and which of them is the last where one says so of itself. */
export interface LineReading<Line> {
  read(line: JsonObject): Line;
  isLast?(line: Line): boolean;
  /** Whether a line has a part of the answer. Where the answer ends at one without, the error shows it. */
  bringsSomething?(line: JsonObject): boolean;
}

type Asked = Omit<OllamaRequest, "signal">;

/** Calls of one server's API, of each kind of answer: a JSON object, lines of them, nothing. */
export class ApiCalls {
  readonly #instance: InstanceSettings;
  readonly #transport: Transport;

  constructor(instance: InstanceSettings, timeouts: TransportTimeouts) {
    this.#instance = instance;
    this.#transport = createTransport(instance, timeouts);
  }

  /**
   * The lines of a streamed answer, until the caller leaves the loop. The time of a deadline begins with the first that is
   * asked for. An answer that ends without its last line, where it has one, was cut off and is none.
   */
  async *lines<Line>(
    path: string,
    body: object,
    { read, isLast, bringsSomething }: LineReading<Line>,
    options: CallOptions,
  ): AsyncGenerator<Line, void, undefined> {
    const deadline = startDeadline(options);
    let answer: Body | undefined;
    try {
      const { signal } = deadline;
      answer = await this.#transport.open({ method: "POST", path, body: { ...body, stream: true }, signal });
      const values = new JsonLines();
      let count = 0;
      let last: JsonObject | undefined;
      for (let hasEnded = false; !hasEnded; ) {
        const piece = await answer.read();
        hasEnded = piece === undefined;
        for (const value of piece === undefined ? values.end() : values.take(piece)) {
          last = this.#objectOf(path, value);
          const line = read(last);
          yield line;
          if (isLast?.(line)) return;
          // A server that sends faster than its lines are read must not keep the other calls waiting.
          if (++count % LINES_PER_TURN === 0) await nextTurn();
        }
      }
      if (isLast === undefined) return;
      const shown =
        last === undefined || bringsSomething?.(last) ? "" : `; its last line was ${this.#shown(last)}`;
      throw this.fault(path, `ended its answer before it was complete${shown}`);
    } catch (error) {
      throw deadline.causeOf(this.#named(path, error));
    } finally {
      answer?.leave();
      deadline.end();
    }
  }

  /**
   * A look-up has no effect, so a connection that breaks is worth a second try. Without a deadline of the caller's it may
   * take 10 s.
   */
  lookup<Result>(asked: Asked, reading: Reading<Result>, options: CallOptions): Promise<Result> {
    const request = { ...asked, readOnlyHints: true };
    return withDeadline(lookupOptions(options), async (signal) => {
      try {
        return await this.json(request, reading, { signal });
      } catch (error) {
        if (!broke(error)) throw error;
        return this.json(request, reading, { signal });
      }
    });
  }

  /** A call with one object for an answer. */
  async json<Result>(asked: Asked, reading: Reading<Result>, options: CallOptions): Promise<Result> {
    const { read, limits } = reading;
    const text = await this.#text(asked, reading, options);
    try {
      const answer = parseJson(text, limits);
      if (isRecord(answer)) return read(answer);
    } catch (error) {
      throw this.#named(asked.path, error);
    }
    throw this.fault(asked.path, "did not answer with a JSON object");
  }

  /** A call with nothing to read in its answer. Without a deadline of the caller's it may take 10 s. */
  async empty(asked: Asked, options: CallOptions): Promise<void> {
    await this.#text(asked, {}, lookupOptions(options));
  }

  /** The error for an answer that is not the protocol. */
  fault(path: string, what: string, hint?: string): BridgeError {
    return notTheProtocol(`${this.#instance.url}${path}`, what, { hint });
  }

  /** Shows an unusable line in an error. */
  #shown(line: JsonObject): string {
    return shortened(withoutKeys(JSON.stringify(line), this.#instance));
  }

  close(): Promise<void> {
    return this.#transport.close();
  }

  /** @throws WireFault for what is no object, BridgeError for an error that the server sent as a line. */
  #objectOf(path: string, line: unknown): JsonObject {
    if (!isRecord(line)) throw new WireFault("sent something that is not Ollama's");
    if (isErrorLine(line)) throw this.#errorLine(path, line);
    return line;
  }

  #errorLine(path: string, line: JsonObject): BridgeError {
    const told = readServerMessage(line);
    const message = withoutKeys(told.message, this.#instance);
    return errorFromServer({ ...told, status: 200, endpoint: `${this.#instance.url}${path}`, message });
  }

  #text(
    asked: Asked,
    { maxBytes = MAX_LOOKUP_BYTES, hint, take }: Omit<Reading<unknown>, "read">,
    options: CallOptions,
  ): Promise<string> {
    const tooLong = `sent an answer of more than ${mebibytes(maxBytes)}`;
    const body = new ByteBuffer(maxBytes, () => this.fault(asked.path, tooLong, hint));
    return withDeadline(options, async (signal) => {
      const answer = await this.#transport.open({ ...asked, signal });
      try {
        for (let piece = await answer.read(); piece !== undefined; piece = await answer.read()) {
          body.append(piece);
          take?.(piece.length);
        }
      } finally {
        answer.leave();
      }
      return body.takeText();
    });
  }

  /** What is wrong with an answer, with the address that it came from. */
  #named(path: string, error: unknown): unknown {
    if (!(error instanceof WireFault)) return error;
    const { message, hint } = error;
    return notTheProtocol(`${this.#instance.url}${path}`, message, { hint, cause: error });
  }
}

const lookupOptions = ({ signal, timeoutMs = LOOKUP_TIMEOUT_MS }: CallOptions): CallOptions => ({
  signal,
  timeoutMs,
});

/** A connection that stood and was lost, as a kept-alive one is when the server restarts. */
function broke(error: unknown): boolean {
  if (!coreErrors.is(error, "OLLAMA_CONNECTION_FAILED")) return false;
  const errno = error.details?.errno;
  return errno === "ECONNRESET" || errno === "UND_ERR_SOCKET" || errno === "EPIPE";
}
