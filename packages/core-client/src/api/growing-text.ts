/** So many pieces become one part; the length of a text is then what it costs. */
const PIECES_PER_PART = 1_024;

/** A text that grows piece by piece. Pieces of one character each take no more memory than the text. */
export class GrowingText {
  #parts = "";
  #pieces: string[] = [];

  add(piece: string): void {
    this.#pieces.push(piece);
    if (this.#pieces.length === PIECES_PER_PART) this.#join();
  }

  toString(): string {
    this.#join();
    return this.#parts;
  }

  #join(): void {
    this.#parts += this.#pieces.join("");
    this.#pieces = [];
  }
}
