import type { CostTerms } from "../decision/demand.ts";

/** Even what is loaded and idle may take so long to say a word on a machine under stress. */
const PATIENCE_MS = 10_000;
const PATIENCE_FACTOR = 3;

/**
 * How long the first byte may take, in ms: 10 s + 3 × (L + P + W), but no more than half of the time left while
 * another candidate remains. Where none remains, a model that is still being loaded gets all the time there is:
 * leaving would abort the load, and nobody else could answer. Infinity when the call's own deadline comes first.
 */
export function firstByteMs(terms: CostTerms, leftMs: number, anotherRemains: boolean): number {
  const { load, evict, prompt, wait } = terms;
  const patienceMs = PATIENCE_MS + PATIENCE_FACTOR * 1000 * (load + evict + prompt + wait);
  if (anotherRemains) return Math.min(leftMs / 2, patienceMs);
  return load > 0 || patienceMs >= leftMs ? Number.POSITIVE_INFINITY : patienceMs;
}

/**
 * How long an answer that has begun may fall silent while another candidate remains, in ms: 10 s + 3 × (P + W), as the
 * prompts of others are read between our tokens, but no more than half of the time that was left when it fell silent.
 * Where Ollama `holdsBack` what may be a call of a tool, the whole answer may be missing: 10 s + 3 × (P + W + D).
 */
export function silenceMs(
  { prompt, wait, answer }: CostTerms,
  { leftMs, holdsBack }: { leftMs: number; holdsBack: boolean },
): number {
  const expectedS = prompt + wait + (holdsBack ? answer : 0);
  const patienceMs = PATIENCE_MS + PATIENCE_FACTOR * 1000 * expectedS;
  return holdsBack ? patienceMs : Math.min(leftMs / 2, patienceMs);
}
