import type { JSONRPCMessage, RequestId } from "@modelcontextprotocol/server";

/** Of requests that are not answered; what is made of them takes a few times as much. */
const MAX_BYTES = 128 * 1024 * 1024;
/** What the shortest request holds. */
const LEAST_BYTES = 1024;

/** How much of a client's requests is being worked on. */
export class OpenRequests {
  readonly #sizes = new Map<RequestId, number>();
  #bytes = 0;

  /** Counts a message of the client; false, without counting it, for a request when there is too much already. */
  takes(message: JSONRPCMessage, bytes: number): boolean {
    if (!("method" in message)) return true;
    if (!("id" in message)) {
      // A request that is cancelled gets no answer.
      const id = message.method === "notifications/cancelled" ? message.params?.requestId : undefined;
      if (typeof id === "string" || typeof id === "number") this.answered(id);
      return true;
    }
    if (this.#bytes > MAX_BYTES) return false;
    this.answered(message.id);
    const size = Math.max(bytes, LEAST_BYTES);
    this.#sizes.set(message.id, size);
    this.#bytes += size;
    return true;
  }

  answered(id: RequestId | undefined): void {
    if (id === undefined) return;
    this.#bytes -= this.#sizes.get(id) ?? 0;
    this.#sizes.delete(id);
  }
}
