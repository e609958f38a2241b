import type { RequestId, Transport } from "@modelcontextprotocol/server";

/** A session's transport, as far as answers are concerned. */
type AnsweringTransport = Pick<Transport, "onmessage" | "send"> & { closeSSEStream(id: RequestId): void };

/** The requests that one POST brought. */
interface Post {
  waiting: number;
  cancelled: RequestId[];
}

/**
 * The requests of one session that wait for their answer. The transport sends an answer by its id to the POST that
 * used the id last, so an id that is in use must not be taken again; and it keeps a POST open until each of its
 * requests is answered, which a cancelled one never is.
 */
export class OpenRequests {
  readonly #posts = new Map<RequestId, Post>();
  readonly #transport: AnsweringTransport;
  readonly #send: Transport["send"];

  /** `transport` is connected already. */
  constructor(transport: AnsweringTransport) {
    this.#transport = transport;
    this.#send = transport.send.bind(transport);
    const received = transport.onmessage;
    transport.onmessage = (message, extra) => {
      received?.(message, extra);
      if (!("method" in message) || message.method !== "notifications/cancelled") return;
      const id = message.params?.requestId;
      if (typeof id === "string" || typeof id === "number") this.#end(id, "cancelled");
    };
    transport.send = async (message, options) => {
      try {
        await this.#send(message, options);
      } finally {
        if (!("method" in message) && message.id !== undefined) this.#end(message.id, "answered");
      }
    };
  }

  /** Takes the requests of one POST; false, and none is taken, when one of their ids is in use. */
  add(ids: readonly RequestId[]): boolean {
    if (new Set(ids).size < ids.length || ids.some((id) => this.#posts.has(id))) return false;
    const post: Post = { waiting: ids.length, cancelled: [] };
    for (const id of ids) this.#posts.set(id, post);
    return true;
  }

  /** Takes back requests that were refused before anything was run. */
  remove(ids: readonly RequestId[]): void {
    for (const id of ids) this.#posts.delete(id);
  }

  #end(id: RequestId, how: "answered" | "cancelled"): void {
    const post = this.#posts.get(id);
    if (post === undefined) return;
    this.#posts.delete(id);
    if (how === "cancelled") post.cancelled.push(id);
    if (--post.waiting > 0) return;
    this.#transport.closeSSEStream(id);
    // Nobody reads these any more; without them the transport would remember the whole POST.
    const error = { code: -32_800, message: "Cancelled" };
    for (const each of post.cancelled) this.#send({ jsonrpc: "2.0", id: each, error }).catch(() => undefined);
  }
}
