import { foundationErrors } from "@ollama-bridge/foundation";
import { type Principal, principalKey } from "./principal.ts";

const MAX_ANSWERS_PER_PRINCIPAL = 50;
const MAX_BYTES = 64 * 1024 * 1024;

/** An answer as an object: its JSON would take several times the memory. */
interface KeptAnswer {
  answer: object;
  bytes: number;
}

/** Answers of one principal by request id, the oldest first. */
type Shelf = Map<string, KeptAnswer>;

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
  keep(principal: Principal, requestId: string, answer: object): boolean {
    const bytes = bytesInMemory(answer);
    if (bytes > this.#maxBytes) return false;
    const key = principalKey(principal);
    const shelf: Shelf = this.#shelves.get(key) ?? new Map();
    this.#shelves.set(key, shelf);
    shelf.set(requestId, { answer, bytes });
    this.#bytes += bytes;
    if (shelf.size > MAX_ANSWERS_PER_PRINCIPAL) this.#removeOldest(shelf);
    while (this.#bytes > this.#maxBytes) this.#removeOldest(this.#largestShelf());
    return shelf.has(requestId);
  }

  /** The answer as JSON. @throws BridgeError VALIDATION_ERROR when the answer is not kept for this principal. */
  read(principal: Principal, requestId: string): string {
    const kept = this.#shelves.get(principalKey(principal))?.get(requestId);
    if (kept !== undefined) return JSON.stringify(kept.answer);
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
    for (const [requestId, { bytes }] of shelf) {
      shelf.delete(requestId);
      this.#bytes -= bytes;
      return;
    }
  }
}

function bytesOf(shelf: Shelf): number {
  let total = 0;
  for (const { bytes } of shelf.values()) total += bytes;
  return total;
}

/** Estimates the memory of a value: V8 stores a string with two bytes per character as soon as one character needs them. */
function bytesInMemory(value: unknown): number {
  if (typeof value === "string") return value.length * (/[\u0100-\uffff]/.test(value) ? 2 : 1);
  if (typeof value !== "object" || value === null) return 8;
  let bytes = 0;
  if (Array.isArray(value)) for (const item of value) bytes += bytesInMemory(item);
  else for (const [key, item] of Object.entries(value)) bytes += key.length + bytesInMemory(item);
  return bytes;
}
