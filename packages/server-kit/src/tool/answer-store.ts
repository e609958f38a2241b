import { foundationErrors } from "@ollama-bridge/foundation";
import { type Principal, principalKey } from "./principal.ts";

const MAX_ANSWERS_PER_PRINCIPAL = 50;
const MAX_BYTES = 64 * 1024 * 1024;

/** Answers of one principal by request id, the oldest first. */
type Shelf = Map<string, Buffer>;

/** The last answers that were too long to be sent whole. Each opens only for the principal whose call it answered. */
export class AnswerStore {
  readonly #shelves = new Map<string, Shelf>();
  readonly #maxBytes: number;
  #bytes = 0;

  constructor(maxBytes = MAX_BYTES) {
    this.#maxBytes = maxBytes;
  }

  /**
   * Whether the answer is kept. Where all answers together are too large, the principal that holds the most loses its
   * oldest, so that nobody can push out what others keep.
   */
  keep(principal: Principal, requestId: string, text: string): boolean {
    const answer = Buffer.from(text);
    if (answer.length > this.#maxBytes) return false;
    const key = principalKey(principal);
    const shelf: Shelf = this.#shelves.get(key) ?? new Map();
    this.#shelves.set(key, shelf);
    shelf.set(requestId, answer);
    this.#bytes += answer.length;
    if (shelf.size > MAX_ANSWERS_PER_PRINCIPAL) this.#removeOldest(shelf);
    while (this.#bytes > this.#maxBytes) this.#removeOldest(this.#largestShelf());
    return shelf.has(requestId);
  }

  /** @throws BridgeError VALIDATION_ERROR when the answer is not kept for this principal. */
  read(principal: Principal, requestId: string): string {
    const answer = this.#shelves.get(principalKey(principal))?.get(requestId);
    if (answer !== undefined) return answer.toString();
    throw foundationErrors.create("VALIDATION_ERROR", "There is no such answer", {
      hint: `Only the last ${MAX_ANSWERS_PER_PRINCIPAL} answers that were cut are kept, and only for the client that got them. Call the tool again.`,
    });
  }

  /** Removes all answers of a principal that will not come back. */
  forget(principal: Principal): void {
    const shelf = this.#shelves.get(principalKey(principal));
    if (shelf === undefined) return;
    this.#shelves.delete(principalKey(principal));
    this.#bytes -= bytesOf(shelf);
  }

  #largestShelf(): Shelf {
    const [largest = new Map()] = [...this.#shelves.values()].sort((a, b) => bytesOf(b) - bytesOf(a));
    return largest;
  }

  #removeOldest(shelf: Shelf): void {
    for (const [requestId, answer] of shelf) {
      shelf.delete(requestId);
      this.#bytes -= answer.length;
      return;
    }
  }
}

function bytesOf(shelf: Shelf): number {
  let bytes = 0;
  for (const { length } of shelf.values()) bytes += length;
  return bytes;
}
