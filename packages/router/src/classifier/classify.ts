import { scoreShapes } from "./shapes.ts";
import { type BuiltInCategory, builtInCategories, Vocabulary } from "./word-list.ts";
import { english } from "./words-english.ts";
import { french } from "./words-french.ts";
import { german } from "./words-german.ts";
import { spanish } from "./words-spanish.ts";

export interface Classification {
  category: BuiltInCategory;
  /** 0 to 1; below the threshold the category is `general`. */
  confidence: number;
}

/** Below this share of the evidence a category is a guess. */
const THRESHOLD = 0.45;
/** What to do stands at the beginning or at the end; between may be a document of any kind. */
const HEAD_WORDS = 60;
const TAIL_WORDS = 30;
const MOST_WORDS = 400;
const MIDDLE_SHARE = 0.3;
/** Longer prompts are read in part only. */
const MOST_CHARACTERS = 6_000;
/** Evidence that speaks for nothing: the less was found, the less is it trusted. */
const DOUBT = 0.7;

let vocabulary: Vocabulary | undefined;

/** Finds the category of a prompt by its words and its shape; with images only `vision` and `ocr` come into question. */
export function classify(prompt: string, hasImages = false): Classification {
  const text = excerpt(prompt);
  const words = wordsOf(text);
  const scores = Object.fromEntries(builtInCategories.map((category) => [category, 0])) as Record<
    BuiltInCategory,
    number
  >;
  scoreWords(words, scores);
  scoreShapes(text, words.length, scores);
  if (hasImages) {
    const { ocr, vision } = scores;
    const category = ocr > vision + 1 ? "ocr" : "vision";
    return { category, confidence: Math.max(0.8, ocr / (ocr + vision + DOUBT)) };
  }
  return decide(scores);
}

function decide(scores: Record<BuiltInCategory, number>): Classification {
  const ranked = builtInCategories.map((category) => ({ category, score: scores[category] }));
  ranked.sort((a, b) => b.score - a.score);
  const [best, second] = ranked;
  if (best === undefined || second === undefined) return { category: "general", confidence: 0 };
  const confidence = Math.round((best.score / (best.score + second.score + DOUBT)) * 100) / 100;
  return { category: confidence < THRESHOLD ? "general" : best.category, confidence };
}

function scoreWords(words: readonly string[], scores: Record<BuiltInCategory, number>): void {
  vocabulary ??= new Vocabulary([english, german, spanish, french]);
  const seen = new Set<string>();
  const tailFrom = words.length - TAIL_WORDS;
  for (let at = 0; at < words.length; at++) {
    const share = at < HEAD_WORDS || at >= tailFrom ? 1 : MIDDLE_SHARE;
    let phrase = "";
    for (let length = 0; length < 3; length++) {
      const word = words[at + length];
      if (word === undefined) break;
      phrase = phrase === "" ? word : `${phrase} ${word}`;
      if (seen.has(phrase)) continue;
      seen.add(phrase);
      const signals = length === 0 ? vocabulary.ofWord(phrase) : vocabulary.ofPhrase(phrase);
      for (const { category, weight } of signals) scores[category] += weight * share;
    }
  }
}

function excerpt(prompt: string): string {
  if (prompt.length <= MOST_CHARACTERS) return prompt;
  return `${prompt.slice(0, (MOST_CHARACTERS * 2) / 3)}\n${prompt.slice(-MOST_CHARACTERS / 3)}`;
}

function wordsOf(text: string): string[] {
  const words =
    text
      .toLowerCase()
      .replaceAll("’", "'")
      .match(/[\p{L}\p{N}][\p{L}\p{N}+#'.-]*/gu) ?? [];
  // German joins with hyphens what others write apart; both the whole and the parts may be known.
  const bare = words.flatMap((word) => {
    const whole = word.replace(/(?<![.'-])[.'-]+$/, "");
    return whole.includes("-") ? [whole, ...whole.split("-")] : [whole];
  });
  return bare.length <= MOST_WORDS
    ? bare
    : [...bare.slice(0, MOST_WORDS - TAIL_WORDS), ...bare.slice(-TAIL_WORDS)];
}
