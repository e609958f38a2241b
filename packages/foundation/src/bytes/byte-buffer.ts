const FIRST_BYTES = 4096;
const NOTHING = Buffer.alloc(0);

/** Puts bytes together that come in pieces, in linear time and up to a limit. */
export class ByteBuffer {
  readonly #maxBytes: number;
  readonly #tooMany: () => Error;
  readonly #firstBytes: number;
  #bytes = NOTHING;
  #length = 0;

  /** `tooMany`: the error for more than `maxBytes`. `expectedBytes`: what the sender says that it sends. */
  constructor(maxBytes: number, tooMany: () => Error, expectedBytes = FIRST_BYTES) {
    this.#maxBytes = maxBytes;
    this.#tooMany = tooMany;
    this.#firstBytes = Math.min(expectedBytes, maxBytes);
  }

  /** @throws the error for too many bytes. */
  append(piece: Uint8Array): void {
    const length = this.#length + piece.length;
    if (length > this.#maxBytes) throw this.#tooMany();
    if (length > this.#bytes.length) {
      const larger = Buffer.allocUnsafe(
        Math.max(length, this.#length === 0 ? this.#firstBytes : Math.min(2 * length, this.#maxBytes)),
      );
      this.#bytes.copy(larger, 0, 0, this.#length);
      this.#bytes = larger;
    }
    this.#bytes.set(piece, this.#length);
    this.#length = length;
  }

  /** The text so far and that of a last piece; the buffer is empty afterwards. @throws as `append`. */
  takeText(last: Buffer = NOTHING): string {
    if (this.#length === 0 && last.length <= this.#maxBytes) return last.toString();
    this.append(last);
    const text = this.#bytes.toString("utf8", 0, this.#length);
    this.#length = 0;
    return text;
  }
}

/** "8 MiB" */
export function mebibytes(bytes: number): string {
  return `${Math.ceil(bytes / 1024 / 1024)} MiB`;
}
