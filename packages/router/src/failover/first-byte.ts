import type { CostTerms } from "../decision/demand.ts";

/** Even what is loaded and idle may take so long to say its first word on a machine under stress. */
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
