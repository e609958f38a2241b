/** So many pieces become one; the length of a text is then what it costs. */
const PIECES_PER_PART = 1_024;

/** A text that grows piece by piece. Pieces of one character each take no more memory than the text. */
export class GrowingText {
  readonly #parts: string[] = [];
  #pieces: string[] = [];

  add(piece: string): void {
    this.#pieces.push(piece);
    if (this.#pieces.length < PIECES_PER_PART) return;
    this.#parts.push(this.#pieces.join(""));
    this.#pieces = [];
  }

  toString(): string {
    return this.#parts.join("") + this.#pieces.join("");
  }
}
