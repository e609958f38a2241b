import { MAX_FIRST_WORD, type PartedText, partText } from "./loose-thoughts.ts";
import { closeTags, firstTag, openTags } from "./thought-tags.ts";

/** White space is held back for so long; what comes after more of it is no tag of a template. */
const MAX_HELD_CHARACTERS = 1_024;
/** Of the text of a model that thinks so much is held back, until it is known whether it was thinking. */
const MAX_AWAITED_CHARACTERS = 128 * 1024;
/** A text with more of them is about them. */
const MAX_TAGS = 100;
const LONGEST_TAG = Math.max(...[...openTags, ...closeTags].map(({ length }) => length));

/**
 * Parts thinking from text while they come. Templates without a thinking field leave the thinking at the front of the
 * answer, between tags or before a closing one alone; the tags and the white space around them belong to neither.
 */
export class ThinkTags {
  #state: "undecided" | "awaiting" | "thinking" | "between" | "text" = "undecided";
  /** What cannot be told apart yet. */
  #held = "";
  #isFirstThought = true;
  /** Up to there no tag is in what is held. */
  #searchedTo = 0;
  #tags = 0;
  readonly #thinks: boolean;

  /** `thinks`: the model thinks, so that its text may be thinking until a closing tag comes. */
  constructor(thinks = false) {
    this.#thinks = thinks;
  }

  /** `isSeparate`: the server has a field for the thinking, and uses it. */
  add(piece: string, isSeparate = false): PartedText {
    if (this.#state === "text") return { text: piece, thinking: "" };
    this.#held += piece;
    if (isSeparate && this.#state === "awaiting") this.#state = "text";
    if (this.#state === "undecided") this.#decide(isSeparate);
    const awaited = this.#state === "awaiting" ? this.#await() : nothing;
    const thinking = this.#state === "thinking" ? this.#takeThinking() : "";
    return { text: awaited.text + this.#takeText(), thinking: awaited.thinking + thinking };
  }

  /** What was held back, at the end. */
  end(): PartedText {
    const held = this.#held;
    this.#held = "";
    if (this.#state === "awaiting") return partText(held, true);
    if (this.#state === "thinking") return { text: "", thinking: held.trimEnd() };
    return { text: this.#state === "between" ? "" : held, thinking: "" };
  }

  /** Text that may still turn out to be thinking. */
  get awaited(): string {
    return this.#state === "awaiting" ? this.#held : "";
  }

  #decide(isSeparate: boolean): void {
    const start = this.#held.trimStart();
    const lower = start.slice(0, LONGEST_TAG).toLowerCase();
    const open = openTags.find((tag) => lower.startsWith(tag));
    const close = closeTags.find((tag) => lower.startsWith(tag));
    if (open !== undefined) {
      this.#state = "thinking";
      this.#held = start.slice(open.length);
    } else if (close !== undefined) {
      this.#state = "between";
      this.#held = start.slice(close.length);
    } else if (!isBeginning(lower) || this.#held.length > MAX_HELD_CHARACTERS)
      this.#state = this.#thinks && !isSeparate ? "awaiting" : "text";
  }

  /** Goes on when it is certain what came: at a tag, or when it is too much to hold back. */
  #await(): PartedText {
    let from = Math.max(0, this.#searchedTo - LONGEST_TAG);
    this.#searchedTo = this.#held.length;
    for (
      let tag = firstTag(this.#held, from, true);
      tag !== undefined;
      tag = firstTag(this.#held, from, true)
    ) {
      if (!tag.opens) return this.#partAt(tag.end);
      if (tag.start <= MAX_FIRST_WORD) return this.#openAt(tag.start, tag.end);
      from = tag.end;
      if (++this.#tags > MAX_TAGS) break;
    }
    if (this.#held.length > MAX_AWAITED_CHARACTERS || this.#tags > MAX_TAGS) this.#state = "text";
    return nothing;
  }

  #partAt(end: number): PartedText {
    const parted = partText(this.#held.slice(0, end), true);
    this.#held = this.#held.slice(end);
    this.#state = "between";
    return parted;
  }

  #openAt(start: number, end: number): PartedText {
    const text = this.#held.slice(0, start);
    this.#held = this.#held.slice(end);
    this.#state = "thinking";
    return { text, thinking: "" };
  }

  #takeThinking(): string {
    this.#held = this.#isFirstThought ? this.#held.trimStart() : this.#held;
    const lower = this.#held.toLowerCase();
    const ends = closeTags.map((tag) => ({ tag, at: lower.indexOf(tag) })).filter(({ at }) => at !== -1);
    const [end] = ends.sort((a, b) => a.at - b.at);
    // A tag may come in pieces, and white space before it is not thinking.
    const kept = end === undefined ? settled(this.#held) : this.#held.slice(0, end.at).trimEnd().length;
    const thinking = this.#held.slice(0, kept);
    this.#held = this.#held.slice(end === undefined ? kept : end.at + end.tag.length);
    if (end !== undefined) this.#state = "between";
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

const nothing: PartedText = { text: "", thinking: "" };
const isBeginning = (lower: string) => [...openTags, ...closeTags].some((tag) => tag.startsWith(lower));

/** How much of `text` can be neither the beginning of a closing tag nor the white space before it. */
function settled(text: string): number {
  return Math.max(surelyThinking(text), text.length - MAX_HELD_CHARACTERS);
}

function surelyThinking(text: string): number {
  const tail = text.slice(-LONGEST_TAG).toLowerCase();
  for (let length = Math.min(LONGEST_TAG - 1, tail.length); length > 0; length--)
    if (closeTags.some((tag) => tag.startsWith(tail.slice(-length))))
      return text.slice(0, -length).trimEnd().length;
  return text.trimEnd().length;
}
