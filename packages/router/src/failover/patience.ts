import type { CostTerms } from "../decision/demand.ts";

/** Even what is loaded and idle may take so long to say a word on a machine under stress. */
const PATIENCE_MS = 10_000;
const PATIENCE_FACTOR = 3;
/** Where nobody else could answer, an error is worth less than an answer that comes late. */
const LAST_ONE_FACTOR = 3;

/**
 * How long the first byte may take, in ms: 10 s + 3 × (L + P + W), but no more than half of the time left while
 * another candidate remains. Where none remains it is three times as long, and a model that is still being loaded gets
 * all the time there is: leaving would abort the load. Infinity when the call's own deadline comes first.
 */
export function firstByteMs(terms: CostTerms, leftMs: number, anotherRemains: boolean): number {
  const { load, evict, prompt, wait } = terms;
  const patienceMs = PATIENCE_MS + PATIENCE_FACTOR * 1000 * (load + evict + prompt + wait);
  if (anotherRemains) return Math.min(leftMs / 2, patienceMs);
  const lastMs = LAST_ONE_FACTOR * patienceMs;
  return load > 0 || lastMs >= leftMs ? Number.POSITIVE_INFINITY : lastMs;
}

/** Shorter than this, beside what is expected, a silence says nothing of the instance: its callers are in a hurry. */
const FAIR_MS = 1_000;

/** How long an instance that was to load and read for so long must be silent before that is its own fault, in ms. */
export function fairSilenceMs(expectedS: number): number {
  return FAIR_MS + 1000 * expectedS;
}

/** What is known of an answer that has begun, in ms. */
export interface Silence {
  /** The call's time that was left when the last byte came. */
  leftMs: number;
  /** From its first byte to the last. */
  writtenMs: number;
  longestGapMs: number;
  /** Ollama may hold pieces back, as they may be the call of a tool: up to the whole answer. */
  holdsBack: boolean;
}

/**
 * How long an answer that has begun may fall silent while another candidate remains, in ms: 10 s + 3 × (P + W), as the
 * prompts of others are read between our tokens, with D in it where pieces are held back; no more than half of the
 * time that was left, but three times the longest gap there was. Infinity when what was written could not be written
 * again in the time that was left.
 */
export function silenceMs(
  { prompt, wait, answer }: CostTerms,
  { leftMs, writtenMs, longestGapMs, holdsBack }: Silence,
): number {
  if (leftMs < writtenMs) return Number.POSITIVE_INFINITY;
  const expectedS = prompt + wait + (holdsBack ? answer : 0);
  const patienceMs = PATIENCE_MS + PATIENCE_FACTOR * 1000 * expectedS;
  return Math.max(PATIENCE_FACTOR * longestGapMs, Math.min(leftMs / 2, patienceMs));
}
