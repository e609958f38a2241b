import type { Dispatcher } from "undici";
import { connectionFailed, errorFromOllama, notTheProtocol } from "./failure.ts";
import { type InstanceSettings, instanceHeaders, withoutKeys } from "./instance.ts";
import type { TransportTimeouts } from "./transport-timeouts.ts";
import { unlessAborted } from "./unless-aborted.ts";

export interface OllamaRequest {
  method: "GET" | "POST" | "DELETE";
  path: string;
  body?: object;
  signal?: AbortSignal | undefined;
}

/** The HTTP side of one instance: a pool of connections, its keys, its failures as errors with a code. */
export interface Transport {
  readonly url: string;
  /** The body of a successful answer, as bytes come; leaving the loop early closes the connection. */
  open(request: OllamaRequest): Promise<AsyncIterable<Uint8Array>>;
  close(): Promise<void>;
}

const ERROR_BODY_LIMIT = 64 * 1024;
const LEFT_UNREAD_LIMIT = 1024 * 1024;
const END_WITHIN_MS = 1_000;

export function createTransport(instance: InstanceSettings, timeouts: TransportTimeouts): Transport {
  const { url } = instance;
  const { origin, pathname } = new URL(url);
  const prefix = pathname.replace(/(?<!\/)\/+$/, "");
  const headers = instanceHeaders(instance);
  let dispatcher: Promise<Dispatcher> | undefined;

  async function open({ method, path, body, signal }: OllamaRequest): Promise<AsyncIterable<Uint8Array>> {
    signal?.throwIfAborted();
    // undici is loaded with the first request: a server that is only listed never needs it.
    dispatcher ??= import("./dispatcher.ts").then(({ createDispatcher }) =>
      createDispatcher(origin, timeouts),
    );
    const endpoint = `${url}${path}`;
    let response: Dispatcher.ResponseData;
    try {
      const asked = (await dispatcher).request({
        origin,
        path: `${prefix}${path}`,
        method,
        headers: body === undefined ? headers : { ...headers, "content-type": "application/json" },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        ...(signal === undefined ? {} : { signal }),
      });
      // undici hears of an abort only once it is connected; what nobody waits for any more it then ends by itself.
      asked.catch(() => undefined);
      response = await (signal === undefined ? asked : unlessAborted(asked, signal));
    } catch (error) {
      if (signal?.aborted) throw signal.reason;
      throw connectionFailed(url, error);
    }
    const { statusCode: status } = response;
    if (status >= 300 && status < 400) {
      // A key must not follow a redirect to somebody else, and a POST would arrive as a GET.
      await response.body.dump({ limit: ERROR_BODY_LIMIT });
      throw notTheProtocol(
        endpoint,
        `redirects to ${response.headers.location}; use that address instead`,
        status,
      );
    }
    if (status >= 400) {
      const text = await readText(response.body, endpoint, signal);
      const retryAfter = response.headers["retry-after"];
      throw errorFromOllama({
        status,
        endpoint,
        text: withoutKeys(text, instance),
        ...(typeof retryAfter === "string" ? { retryAfter } : {}),
      });
    }
    return guarded(response.body, endpoint, signal);
  }

  return {
    url,
    open,
    async close() {
      await (await dispatcher)?.destroy();
    },
  };
}

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
  body.dump({ limit: LEFT_UNREAD_LIMIT, signal: AbortSignal.timeout(END_WITHIN_MS) }).catch(() => undefined);
}

async function readText(body: Body, endpoint: string, signal: AbortSignal | undefined) {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of guarded(body, endpoint, signal)) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > ERROR_BODY_LIMIT) break;
  }
  return Buffer.concat(chunks).toString("utf8");
}
