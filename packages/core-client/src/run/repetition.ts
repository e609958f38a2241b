/** An answer repeats itself when its last tokens are one unit at least this many times. */
const WINDOW_TOKENS = 1_000;
const MIN_REPEATS = 20;
/** It is looked for after so many tokens, because a look reads the whole window. */
const TOKENS_PER_LOOK = 100;
/** A unit of more characters is no repetition that anybody waits for. */
const MAX_WINDOW_CHARACTERS = 64 * 1024;

/** Detects an answer that repeats itself endlessly, as small models do without a limit. */
export class Repetition {
  readonly #window: string[] = [];
  #sinceLook = 0;

  /** Takes a token; true when the last 1,000 are one unit 20 times or more. */
  add(token: string): boolean {
    if (token === "") return false;
    this.#window.push(token);
    if (this.#window.length < WINDOW_TOKENS || ++this.#sinceLook < TOKENS_PER_LOOK) return false;
    this.#sinceLook = 0;
    this.#window.splice(0, this.#window.length - WINDOW_TOKENS);
    const text = this.#window.join("");
    return text.length <= MAX_WINDOW_CHARACTERS && period(text) * MIN_REPEATS <= text.length;
  }
}

/** The length of the shortest unit that the text repeats from its beginning to its end, which may cut the last one. */
function period(text: string): number {
  // How long the longest beginning of the text is that each of its beginnings ends with (Knuth, Morris, Pratt).
  const borders = new Uint32Array(text.length);
  let border = 0;
  for (let end = 1; end < text.length; end++) {
    while (border > 0 && text.charCodeAt(end) !== text.charCodeAt(border)) border = borders[border - 1] ?? 0;
    if (text.charCodeAt(end) === text.charCodeAt(border)) border++;
    borders[end] = border;
  }
  return text.length - border;
}
