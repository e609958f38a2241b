import type { RequestId, Transport } from "@modelcontextprotocol/server";
import { isRecord } from "@ollama-bridge/foundation";
import { isRequestId } from "./incoming-messages.ts";

/** A session's transport, as far as answers are concerned. */
type AnsweringTransport = Pick<Transport, "onmessage" | "send"> & { closeSSEStream(id: RequestId): void };

/** The requests that one POST brought. */
interface Post {
  waiting: number;
  cancelled: string[];
}

interface OpenRequest {
  /** The id that its client gave it. */
  id: RequestId;
  post: Post;
}

/**
 * The requests of one session that wait for their answer. The SDK's transport finds the POST that an answer goes to by
 * the request's id alone, so of two with one id only one would be answered: each request gets an id of ours on its way
 * in, and its answer the client's id on its way out.
 */
export class SessionRequests {
  /** By our id, the oldest first. */
  readonly #open = new Map<string, OpenRequest>();
  readonly #transport: AnsweringTransport;
  readonly #send: Transport["send"];
  #lastId = 0;

  /** `transport` is connected already. */
  constructor(transport: AnsweringTransport) {
    this.#transport = transport;
    this.#send = transport.send.bind(transport);
    const received = transport.onmessage;
    transport.onmessage = (message, extra) => {
      received?.(message, extra);
      if (!("method" in message) || message.method !== "notifications/cancelled") return;
      this.#end(message.params?.requestId, "cancelled");
    };
    transport.send = async (message, options) => {
      const id = "method" in message ? undefined : message.id;
      const request = this.#of(id);
      try {
        await this.#send(request === undefined ? message : written(message, request.id), options);
      } finally {
        this.#end(id, "answered");
      }
    };
  }

  /** The messages of one POST with our ids in them, which are also returned apart. */
  take(body: unknown): { body: unknown; ids: string[] } {
    const post: Post = { waiting: 0, cancelled: [] };
    const ids: string[] = [];
    const take = (message: unknown): unknown => {
      if (!isRecord(message) || !("method" in message)) return message;
      if (message.method === "notifications/cancelled" && isRecord(message.params))
        return {
          ...message,
          params: { ...message.params, requestId: this.#newestOf(message.params.requestId) },
        };
      if (!isRequestId(message.id)) return message;
      const id = String(++this.#lastId);
      this.#open.set(id, { id: message.id, post });
      post.waiting++;
      ids.push(id);
      return { ...message, id };
    };
    return { body: Array.isArray(body) ? body.map(take) : take(body), ids };
  }

  /** Drops requests, by our ids, that were refused before anything ran. */
  drop(ids: readonly string[]): void {
    for (const id of ids) this.#open.delete(id);
  }

  #of(id: unknown): OpenRequest | undefined {
    return typeof id === "string" ? this.#open.get(id) : undefined;
  }

  /** Our id of the newest request that the client calls `id`; one that is no request's where there is none. */
  #newestOf(id: unknown): string {
    return [...this.#open].findLast(([, request]) => request.id === id)?.[0] ?? "";
  }

  #end(id: unknown, how: "answered" | "cancelled"): void {
    const request = this.#of(id);
    if (request === undefined || typeof id !== "string") return;
    const { post } = request;
    this.#open.delete(id);
    if (how === "cancelled") post.cancelled.push(id);
    if (--post.waiting > 0) return;
    // A cancelled request is never answered: its POST would stay open for as long as the session lives.
    this.#transport.closeSSEStream(id);
    // Nobody reads these any more; without them the transport would remember the whole POST.
    const error = { code: -32_800, message: "Cancelled" };
    for (const each of post.cancelled) this.#send({ jsonrpc: "2.0", id: each, error }).catch(() => undefined);
  }
}

/** An answer that the transport still finds by our id, and writes with the client's. */
function written<Message extends object>(message: Message, id: RequestId): Message {
  return Object.defineProperty({ ...message }, "toJSON", { value: () => ({ ...message, id }) });
}
