/** The categories that the built-in routing table has. */
export const builtInCategories = [
  "code",
  "math",
  "reasoning",
  "general",
  "vision",
  "ocr",
  "factual",
  "agentic",
  "fast",
] as const;
export type BuiltInCategory = (typeof builtInCategories)[number];

/** For each category the words that speak for it, by how loudly they do. */
export type WordList = Record<BuiltInCategory, { strong: string; medium: string; weak: string }>;

const WEIGHTS = { strong: 3, medium: 1.4, weak: 0.4 };

/** What a word says: for which category, and how much. */
export type Signals = readonly { category: BuiltInCategory; weight: number }[];

/** Words and phrases of all lists, looked up by the word or, for a stem, by its beginning. */
export class Vocabulary {
  readonly #exact = new Map<string, Signals>();
  readonly #stems = new Map<string, Signals>();
  #shortestStem = Number.POSITIVE_INFINITY;
  #longestStem = 0;

  constructor(lists: readonly WordList[]) {
    for (const list of lists) {
      for (const [category, levels] of Object.entries(list)) {
        for (const [level, words] of Object.entries(levels)) {
          const weight = WEIGHTS[level as keyof typeof WEIGHTS];
          for (const word of words.split(" "))
            this.#add(word, { category: category as BuiltInCategory, weight });
        }
      }
    }
  }

  #add(entry: string, signal: Signals[number]): void {
    const isStem = entry.endsWith("-");
    const text = (isStem ? entry.slice(0, -1) : entry).replaceAll("_", " ");
    const target = isStem ? this.#stems : this.#exact;
    const known = target.get(text) ?? [];
    // The same word in two languages speaks once.
    if (known.some(({ category, weight }) => category === signal.category && weight >= signal.weight)) return;
    target.set(text, [...known.filter(({ category }) => category !== signal.category), signal]);
    if (!isStem) return;
    this.#shortestStem = Math.min(this.#shortestStem, text.length);
    this.#longestStem = Math.max(this.#longestStem, text.length);
  }

  /** What a phrase of several words says. */
  ofPhrase(phrase: string): Signals {
    return this.#exact.get(phrase) ?? [];
  }

  /** What a word says, whatever its ending. */
  ofWord(word: string): Signals {
    const exact = this.#exact.get(word);
    if (exact !== undefined) return exact;
    for (let length = Math.min(word.length, this.#longestStem); length >= this.#shortestStem; length--) {
      const signals = this.#stems.get(word.slice(0, length));
      if (signals !== undefined) return signals;
    }
    return [];
  }
}
