const OPEN = "<think>";
const CLOSE = "</think>";
/** White space is held back for so long; what comes after more of it is no tag of a template. */
const MAX_HELD_CHARACTERS = 1_024;

/**
 * Parts thinking from text while they come. Templates without a thinking field leave the thinking at the front of the
 * answer, between tags; the tags and the white space around them belong to neither.
 */
export class ThinkTags {
  #state: "undecided" | "thinking" | "between" | "text" = "undecided";
  /** What cannot be told apart yet. */
  #held = "";
  #isFirstThought = true;

  add(piece: string): { text: string; thinking: string } {
    if (this.#state === "text") return { text: piece, thinking: "" };
    this.#held += piece;
    if (this.#state === "undecided") this.#decide();
    const thinking = this.#state === "thinking" ? this.#takeThinking() : "";
    return { text: this.#takeText(), thinking };
  }

  /** What was held back, at the end. */
  end(): { text: string; thinking: string } {
    const held = this.#held;
    this.#held = "";
    if (this.#state === "thinking") return { text: "", thinking: held.trimEnd() };
    return { text: this.#state === "between" ? "" : held, thinking: "" };
  }

  #decide(): void {
    const start = this.#held.trimStart();
    if (start.startsWith(OPEN)) {
      this.#state = "thinking";
      this.#held = start.slice(OPEN.length);
    } else if (!OPEN.startsWith(start) || this.#held.length > MAX_HELD_CHARACTERS) this.#state = "text";
  }

  #takeThinking(): string {
    this.#held = this.#isFirstThought ? this.#held.trimStart() : this.#held;
    const end = this.#held.indexOf(CLOSE);
    // A tag may come in pieces, and white space before it is not thinking.
    const kept = end === -1 ? settled(this.#held) : this.#held.slice(0, end).trimEnd().length;
    const thinking = this.#held.slice(0, kept);
    this.#held = this.#held.slice(end === -1 ? kept : end + CLOSE.length);
    if (end !== -1) this.#state = "between";
    if (thinking !== "") this.#isFirstThought = false;
    return thinking;
  }

  #takeText(): string {
    if (this.#state === "between") {
      this.#held = this.#held.trimStart();
      if (this.#held !== "") this.#state = "text";
    }
    if (this.#state !== "text") return "";
    const text = this.#held;
    this.#held = "";
    return text;
  }
}

/** How much of `text` can be neither the beginning of the closing tag nor the white space before it. */
function settled(text: string): number {
  return Math.max(surelyThinking(text), text.length - MAX_HELD_CHARACTERS);
}

function surelyThinking(text: string): number {
  for (let length = Math.min(CLOSE.length - 1, text.length); length > 0; length--)
    if (CLOSE.startsWith(text.slice(-length))) return text.slice(0, -length).trimEnd().length;
  return text.trimEnd().length;
}
