import { isBridgeError, raceAbort } from "@ollama-bridge/foundation";
import type { Dispatcher } from "undici";
import { readServerMessage } from "../api/error-message.ts";
import { connectionFailed, notTheProtocol } from "./failure.ts";
import { guardOf, type InstanceSettings, instanceHeaders, withoutKeys } from "./instance.ts";
import type { ConnectionGuard } from "./listeners/connection-guards.ts";
import { notSent, requestJson } from "./not-sent.ts";
import { errorFromServer } from "./server-errors.ts";
import type { TransportTimeouts } from "./transport-timeouts.ts";

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
  /** The body of a successful answer, as bytes come; leaving the loop early closes the connection. */
  open(request: OllamaRequest): Promise<AsyncIterable<Uint8Array>>;
  close(): Promise<void>;
}

const ERROR_BODY_LIMIT = 64 * 1024;
const ERROR_BODY_TIMEOUT_MS = 5_000;
const MAX_LOCATION_CHARACTERS = 500;
const LEFT_UNREAD_LIMIT = 1024 * 1024;
const END_WITHIN_MS = 1_000;

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

  async function open({
    method,
    path,
    body,
    signal,
    readOnlyHints = false,
  }: OllamaRequest): Promise<AsyncIterable<Uint8Array>> {
    signal?.throwIfAborted();
    const endpoint = `${url}${path}`;
    // Before anything is tried: what the caller or we did wrong says nothing about the instance.
    const json = body === undefined ? undefined : requestJson(body);
    const connections = await dispatcherFor(guardOf(instance, readOnlyHints));
    let response: Dispatcher.ResponseData;
    try {
      const asked = connections.request({
        origin,
        path: `${prefix}${path}`,
        method,
        headers: json === undefined ? headers : { ...headers, "content-type": "application/json" },
        ...(json === undefined ? {} : { body: json }),
        ...(signal === undefined ? {} : { signal }),
      });
      // undici hears of an abort only once it is connected; what nobody waits for any more it then ends by itself.
      asked.catch(() => undefined);
      response = await (signal === undefined ? asked : raceAbort(asked, signal));
    } catch (error) {
      if (signal?.aborted) throw signal.reason;
      throw isBridgeError(error) ? error : (notSent(url, error) ?? connectionFailed(url, error));
    }
    const { statusCode: status } = response;
    if (status >= 300 && status < 400) {
      // A key must not follow a redirect to somebody else, and a POST would arrive as a GET.
      leave(response.body);
      const location = String(response.headers.location).slice(0, MAX_LOCATION_CHARACTERS);
      throw notTheProtocol(endpoint, `redirects to ${location}; use that address instead`, { status });
    }
    if (status >= 400) {
      const text = await readErrorBody(response.body, endpoint, signal);
      const retryAfter = response.headers["retry-after"];
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
    return guarded(response.body, endpoint, signal);
  }

  return {
    url,
    open,
    async close() {
      await Promise.all([...dispatchers.values()].map(async (dispatcher) => (await dispatcher).destroy()));
    },
  };
}

/** The model that a request is about. */
const modelIn = (body: object | undefined) =>
  body !== undefined && "model" in body && typeof body.model === "string" ? body.model : undefined;

type Body = Dispatcher.ResponseData["body"];

/** The body with its failures named: cut off, idle for too long. */
async function* guarded(body: Body, endpoint: string, signal: AbortSignal | undefined) {
  let ended = false;
  try {
    yield* body.iterator({ destroyOnReturn: false });
    ended = true;
  } catch (error) {
    ended = true;
    if (signal?.aborted) throw signal.reason;
    throw connectionFailed(endpoint, error, "Lost the connection to");
  } finally {
    if (!ended) leave(body);
  }
}

/**
 * A reader that has what it came for leaves before the end is read; destroying the body there would cost the
 * connection. The end follows at once, or the connection goes all the same.
 */
function leave(body: Body): void {
  // Not a signal with a time: each would live for the whole of it, and make an error at its end.
  const limit = setTimeout(() => body.destroy(), END_WITHIN_MS).unref();
  const ended = () => clearTimeout(limit);
  body.dump({ limit: LEFT_UNREAD_LIMIT }).then(ended, ended);
}

/** The beginning of an error's body: what comes in time, up to the limit. */
async function readErrorBody(body: Body, endpoint: string, signal: AbortSignal | undefined) {
  const chunks: Uint8Array[] = [];
  let size = 0;
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    body.destroy();
  }, ERROR_BODY_TIMEOUT_MS);
  try {
    for await (const chunk of guarded(body, endpoint, signal)) {
      chunks.push(chunk);
      size += chunk.length;
      if (size > ERROR_BODY_LIMIT) break;
    }
  } catch (error) {
    if (!isLate) throw error;
  } finally {
    clearTimeout(timer);
  }
  return Buffer.concat(chunks).toString("utf8", 0, ERROR_BODY_LIMIT);
}
