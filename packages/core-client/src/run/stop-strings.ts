/**
 * Looks for stop strings in text that comes in pieces. Ollama stops at them too, but does not say that it did, nor at
 * which one.
 */
export class StopStrings {
  readonly #strings: readonly string[];
  #held = "";

  /** Empty strings stop nothing. */
  constructor(strings: readonly string[]) {
    this.#strings = strings.filter((string) => string !== "");
  }

  /** The text that is certain by now, and the string that ends it. */
  add(piece: string): { text: string; matched?: string } {
    if (this.#strings.length === 0) return { text: piece };
    const all = this.#held + piece;
    const matches = this.#strings.map((string) => ({ string, at: all.indexOf(string) }));
    const [first] = matches.filter(({ at }) => at !== -1).sort((a, b) => a.at - b.at);
    if (first !== undefined) {
      this.#held = "";
      return { text: all.slice(0, first.at), matched: first.string };
    }
    const kept = Math.max(0, ...this.#strings.map((string) => overlap(all, string)));
    this.#held = all.slice(all.length - kept);
    return { text: all.slice(0, all.length - kept) };
  }

  /** What was held back, at the end. */
  end(): string {
    const held = this.#held;
    this.#held = "";
    return held;
  }
}

/** How long the end of `text` is that `string` begins with. */
function overlap(text: string, string: string): number {
  for (let length = Math.min(string.length - 1, text.length); length > 0; length--)
    if (text.endsWith(string.slice(0, length))) return length;
  return 0;
}
