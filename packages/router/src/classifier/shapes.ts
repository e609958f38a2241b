import type { BuiltInCategory } from "./word-list.ts";

/** What a prompt looks like says as much as its words: a pattern, its category, its weight. */
const shapes: readonly { pattern: RegExp; category: BuiltInCategory; weight: number }[] = [
  { pattern: /^\s*(```|~~~)/m, category: "code", weight: 3 },
  { pattern: /[;{}]\s*$/m, category: "code", weight: 2 },
  {
    pattern: /^\s*(def|class|import|from|const|let|var|func|fn|public|#include|SELECT|CREATE)\s+\S/m,
    category: "code",
    weight: 2,
  },
  { pattern: /\w\([^()\n]{0,80}\)\s*(=>|->|\{|:)|\w+\.\w+\(|<\/\w+>/, category: "code", weight: 2 },
  { pattern: /\.(py|js|ts|tsx|java|rs|go|cpp|c|rb|php|sh|sql|css|html)\b/, category: "code", weight: 2 },
  {
    pattern: /\bat [\w.$]+\([\w.]+:\d+\)|Traceback \(most recent|line \d+, in /,
    category: "code",
    weight: 3,
  },
  { pattern: /\$[^$\n]+\$|\\(frac|int|sum|sqrt|begin|cdot|lim)\b|[∫∑√≤≥∂π]/, category: "math", weight: 3 },
  { pattern: /[\dx)]\s?[-+*/^×÷]\s?[\dx(]/i, category: "math", weight: 1.5 },
  { pattern: /\b[a-z]\(?[a-z]?\)?\s?=\s?[-\d(a-z]/i, category: "math", weight: 1.5 },
  { pattern: /\d\D+\d+\D+\d+\D/, category: "math", weight: 1 },
  { pattern: /\d\s?%/, category: "math", weight: 0.8 },
  { pattern: /\b\d+(, ?\d+){2,}, ?(\?|…|\.\.\.|__)/, category: "reasoning", weight: 3 },
  {
    pattern: /^\s*(who|when|where|wer|wann|wo|quién|cuándo|dónde|qui|quand|où)\b/i,
    category: "factual",
    weight: 1,
  },
  { pattern: /^\s*\d[.)]\s.+\n\s*\d[.)]\s/m, category: "agentic", weight: 0.8 },
];

/** Words up to which a prompt is small talk or a trifle, when nothing else is known of it. */
const FEW_WORDS = 4;

/** Adds what the prompt's shape says to the scores. */
export function scoreShapes(prompt: string, words: number, scores: Record<BuiltInCategory, number>): void {
  for (const { pattern, category, weight } of shapes) {
    if (pattern.test(prompt)) scores[category] += weight;
  }
  if (words <= FEW_WORDS) scores.fast += 1.2;
}
