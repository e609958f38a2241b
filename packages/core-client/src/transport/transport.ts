import { isBridgeError } from "@ollama-bridge/foundation";
import type { Dispatcher } from "undici";
import { readServerMessage } from "../api/error-message.ts";
import type { TransportTimeouts } from "./dispatcher.ts";
import { type Body, Exchange, type ResponseHead } from "./exchange.ts";
import { connectionFailed, notTheProtocol } from "./failure.ts";
import { guardOf, type InstanceSettings, instanceHeaders, withoutKeys } from "./instance.ts";
import type { ConnectionGuard } from "./listeners/connection-guards.ts";
import { notSent, requestJson } from "./not-sent.ts";
import { errorFromServer } from "./server-errors.ts";

export interface OllamaRequest {
  method: "GET" | "POST" | "DELETE";
  path: string;
  body?: object;
  signal?: AbortSignal | undefined;
  /** It only asks what is there, and carries nothing of a caller's. */
  readOnlyHints?: boolean;
}

/** The HTTP side of one instance: a pool of connections, its keys, its failures as errors with a code. */
export interface Transport {
  readonly url: string;
  /** The body of a successful answer. */
  open(request: OllamaRequest): Promise<Body>;
  close(): Promise<void>;
}

const ERROR_BODY_LIMIT = 64 * 1024;
const ERROR_BODY_TIMEOUT_MS = 5_000;
const MAX_LOCATION_CHARACTERS = 500;

export function createTransport(instance: InstanceSettings, timeouts: TransportTimeouts): Transport {
  const { url } = instance;
  const { origin, pathname } = new URL(url);
  const prefix = pathname.replace(/(?<!\/)\/+$/, "");
  const headers = instanceHeaders(instance);
  /** One for each guard: what was opened without it must not carry what needs it. */
  const dispatchers = new Map<ConnectionGuard | undefined, Promise<Dispatcher>>();

  /** undici is loaded with the first request: a server that is only listed never needs it. */
  function dispatcherFor(guard: ConnectionGuard | undefined): Promise<Dispatcher> {
    const known = dispatchers.get(guard);
    if (known !== undefined) return known;
    const made = import("./dispatcher.ts").then(({ createDispatcher }) =>
      createDispatcher(origin, timeouts, guard),
    );
    dispatchers.set(guard, made);
    return made;
  }

  async function open(request: OllamaRequest): Promise<Body> {
    const { method, path, body, signal, readOnlyHints = false } = request;
    signal?.throwIfAborted();
    const endpoint = `${url}${path}`;
    // Before anything is tried: what the caller or we did wrong says nothing about the instance.
    const json = body === undefined ? null : requestJson(body);
    const connections = await dispatcherFor(guardOf(instance, readOnlyHints));
    const exchange = new Exchange(endpoint, signal);
    let head: ResponseHead;
    try {
      const sent = json === null ? headers : { ...headers, "content-type": "application/json" };
      connections.dispatch({ origin, path: `${prefix}${path}`, method, headers: sent, body: json }, exchange);
      head = await exchange.head;
    } catch (error) {
      if (signal?.aborted) throw signal.reason;
      if (isBridgeError(error)) throw error;
      if (isNoHttp(error)) throw notTheProtocol(endpoint, "did not answer in HTTP", { cause: error });
      throw notSent(url, error) ?? connectionFailed(url, error);
    }
    const { status, headers: received } = head;
    if (status >= 300 && status < 400) {
      // A key must not follow a redirect to somebody else, and a POST would arrive as a GET.
      exchange.leave();
      const location = String(received.location).slice(0, MAX_LOCATION_CHARACTERS);
      throw notTheProtocol(endpoint, `redirects to ${location}; use that address instead`, { status });
    }
    if (status >= 400) {
      const text = await readErrorBody(exchange);
      const retryAfter = received["retry-after"];
      const told = readServerMessage(text);
      throw errorFromServer({
        ...told,
        status,
        endpoint,
        model: modelIn(body),
        message: withoutKeys(told.message, instance),
        isOwnShape: text.trimStart().startsWith("{"),
        ...(typeof retryAfter === "string" ? { retryAfter } : {}),
      });
    }
    return exchange;
  }

  return {
    url,
    open,
    async close() {
      await Promise.all([...dispatchers.values()].map(async (dispatcher) => (await dispatcher).destroy()));
    },
  };
}

/** undici's error for an answer that is not HTTP, such as an SSH server's banner. */
const isNoHttp = (error: unknown) => error instanceof Error && error.name === "HTTPParserError";

/** The model that a request is about. */
const modelIn = (body: object | undefined) =>
  body !== undefined && "model" in body && typeof body.model === "string" ? body.model : undefined;

/** The beginning of an error's body: what comes in time, up to the limit. */
async function readErrorBody(exchange: Exchange): Promise<string> {
  const pieces: Buffer[] = [];
  let size = 0;
  const timer = setTimeout(() => exchange.close(), ERROR_BODY_TIMEOUT_MS);
  try {
    while (size <= ERROR_BODY_LIMIT) {
      const piece = await exchange.read();
      if (piece === undefined) break;
      pieces.push(piece);
      size += piece.length;
    }
  } finally {
    clearTimeout(timer);
    exchange.leave();
  }
  return Buffer.concat(pieces).toString("utf8", 0, ERROR_BODY_LIMIT);
}
