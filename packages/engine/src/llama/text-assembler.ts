import type { LlamaModel, Token } from "node-llama-cpp";

/** A character is at most four tokens of one byte each; what is not whole then is not text. */
const longestCharacterTokens = 4;

/** Makes text of tokens: whole characters only, and nothing of a stop text. */
export class TextAssembler {
  readonly #model: LlamaModel;
  readonly #stops: string[];
  #last: Token[] = [];
  #pending: Token[] = [];
  /** Text that may be the beginning of a stop text. */
  #held = "";
  stopped = false;

  constructor(model: LlamaModel, stops: string[]) {
    this.#model = model;
    this.#stops = stops;
  }

  /** The text that is certain now. After it, `stopped` tells whether a stop text was met. */
  push(token: Token): string {
    this.#pending.push(token);
    const text = this.#model.detokenize(this.#pending, false, this.#last);
    if (text.endsWith("\uFFFD") && this.#pending.length < longestCharacterTokens) return "";
    this.#last = this.#pending;
    this.#pending = [];
    return this.#release(this.#held + text);
  }

  /** What was held back, when no more comes. */
  end(): string {
    const text = this.#held + this.#model.detokenize(this.#pending, false, this.#last);
    this.#held = "";
    this.#pending = [];
    return text;
  }

  #release(text: string): string {
    const stopsAt = Math.min(...this.#stops.map((stop) => text.indexOf(stop)).filter((index) => index >= 0));
    if (Number.isFinite(stopsAt)) {
      this.stopped = true;
      this.#held = "";
      return text.slice(0, stopsAt);
    }
    const holdFrom = text.length - Math.max(0, ...this.#stops.map((stop) => overlap(text, stop)));
    this.#held = text.slice(holdFrom);
    return text.slice(0, holdFrom);
  }
}

/** How many characters at the end of the text are the beginning of the stop text. */
function overlap(text: string, stop: string): number {
  for (let length = Math.min(text.length, stop.length - 1); length > 0; length--)
    if (stop.startsWith(text.slice(-length))) return length;
  return 0;
}
