import { mebibytes } from "../api/byte-buffer.ts";

const MAX_BYTES_PER_CALL = 32 * 1024 * 1024;
const MAX_BYTES = 64 * 1024 * 1024;

/** What a reader is told of the limits. */
export const ANSWER_LIMITS = `one call keeps at most ${mebibytes(MAX_BYTES_PER_CALL)} of answers, and all calls together keep ${mebibytes(MAX_BYTES)}`;

/**
 * How many bytes of answers one call keeps: at most 32 MiB, in one answer or in several. All calls of the process
 * together keep 64 MiB; beyond that, the call that keeps the most gets no more.
 *
 * @example
 * const budget = new AnswerBudget();
 * try {
 *   await Promise.all(models.map((model) => runner.run({ model, prompt }, { budget })));
 * } finally {
 *   budget.release();
 * }
 */
export class AnswerBudget {
  // Memory belongs to the process, so all calls are counted in one place.
  static readonly #inUse = new Set<AnswerBudget>();
  static #totalBytes = 0;

  #takenBytes = 0;
  #isClosed = false;

  /** Takes `bytes`, or as many as are left, and returns how many. */
  take(bytes: number): number {
    const taken = this.#isClosed ? 0 : Math.min(bytes, MAX_BYTES_PER_CALL - this.#takenBytes);
    if (taken > 0) AnswerBudget.#inUse.add(this);
    this.#takenBytes += taken;
    AnswerBudget.#totalBytes += taken;
    if (AnswerBudget.#totalBytes > MAX_BYTES) AnswerBudget.#closeLargest();
    return taken;
  }

  /** Gives all bytes back, and no more out. Call it when the answers are no longer needed. */
  release(): void {
    AnswerBudget.#totalBytes -= this.#takenBytes;
    AnswerBudget.#inUse.delete(this);
    this.#takenBytes = 0;
    this.#isClosed = true;
  }

  static #closeLargest(): void {
    let largest: AnswerBudget | undefined;
    for (const budget of AnswerBudget.#inUse) {
      if (budget.#isClosed) continue;
      if (largest === undefined || budget.#takenBytes > largest.#takenBytes) largest = budget;
    }
    if (largest !== undefined) largest.#isClosed = true;
  }
}
