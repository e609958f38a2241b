import { ENDS } from "../message/id-in-ends.ts";

const NEWLINE = 0x0a;
const SMALL_BYTES = 64 * 1024;

export interface LineHandlers {
  /** A line without its end; the bytes are overwritten once this returns. */
  line(bytes: Buffer): void;
  /** A line over the limit, of which only both ends were kept. */
  tooLong(head: Buffer, tail: Buffer): void;
}

/** Puts lines together from the chunks of a stream. Takes time and memory in proportion, however the chunks are cut. */
export class LineReader {
  readonly #maxBytes: number;
  readonly #handlers: LineHandlers;
  /** The beginning of the line that is not complete; of one over the limit only its head. */
  #kept = Buffer.allocUnsafe(SMALL_BYTES);
  #tail = Buffer.alloc(0);
  /** How much of that line has come. */
  #length = 0;

  constructor(maxBytes: number, handlers: LineHandlers) {
    this.#maxBytes = maxBytes;
    this.#handlers = handlers;
  }

  /** Takes a chunk up to its `maxLines`th line; what is left of it is returned, to be pushed again. */
  push(chunk: Buffer, maxLines: number): Buffer | undefined {
    let from = 0;
    for (let lines = 0; lines < maxLines; lines++) {
      const end = chunk.indexOf(NEWLINE, from);
      if (end === -1) {
        this.#keep(chunk.subarray(from));
        return undefined;
      }
      this.#end(chunk.subarray(from, end));
      from = end + 1;
    }
    return from < chunk.length ? chunk.subarray(from) : undefined;
  }

  #end(last: Buffer): void {
    const isWhole = this.#length === 0 && last.length <= this.#maxBytes;
    if (!isWhole) this.#keep(last);
    try {
      if (isWhole) this.#handlers.line(last);
      else if (this.#length > this.#maxBytes)
        this.#handlers.tooLong(this.#kept.subarray(0, ENDS), this.#tail);
      else this.#handlers.line(this.#kept.subarray(0, this.#length));
    } finally {
      this.#length = 0;
      if (this.#kept.length > SMALL_BYTES) this.#kept = Buffer.allocUnsafe(SMALL_BYTES);
    }
  }

  #keep(part: Buffer): void {
    const before = this.#length;
    this.#length += part.length;
    if (this.#length <= this.#maxBytes) {
      this.#makeRoom(before);
      part.copy(this.#kept, before);
      return;
    }
    if (before <= this.#maxBytes) {
      this.#tail = this.#kept.subarray(Math.max(0, before - ENDS), before);
      if (before < ENDS) part.copy(this.#kept, before, 0, ENDS - before);
      this.#kept = Buffer.from(this.#kept.subarray(0, ENDS));
    }
    this.#tail = Buffer.concat([this.#tail, part.subarray(-ENDS)]).subarray(-ENDS);
  }

  /** Doubles the room, so that what was kept is copied about once. */
  #makeRoom(before: number): void {
    if (this.#length <= this.#kept.length) return;
    const larger = Buffer.allocUnsafe(
      Math.max(this.#length, Math.min(this.#maxBytes, 2 * this.#kept.length)),
    );
    this.#kept.copy(larger, 0, 0, before);
    this.#kept = larger;
  }
}
