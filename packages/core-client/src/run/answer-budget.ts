import { mebibytes } from "../api/byte-buffer.ts";

const MAX_BYTES = 32 * 1024 * 1024;
/** What every call may keep, so that the huge answers of others never cut a usual one. */
const OWN_BYTES = 256 * 1024;

/** What a reader is told of the limit. */
export const ANSWER_LIMIT = `all answers under way together keep no more than ${mebibytes(MAX_BYTES)}`;

/**
 * How many bytes of answers one call keeps: 256 KiB of its own, and what all calls of the process share, which is 32 MiB.
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
  static #sharedBytes = 0;

  #takenBytes = 0;
  #isReleased = false;

  /** Takes `bytes`, or as many as are left, and returns how many. */
  take(bytes: number): number {
    if (this.#isReleased) return 0;
    const ownLeft = Math.max(0, OWN_BYTES - this.#takenBytes);
    const sharedLeft = MAX_BYTES - OWN_BYTES - AnswerBudget.#sharedBytes;
    const taken = Math.min(bytes, ownLeft + sharedLeft);
    this.#takenBytes += taken;
    AnswerBudget.#sharedBytes += Math.max(0, taken - ownLeft);
    return taken;
  }

  /** Gives all bytes back, and no more out. Call it when the answers are no longer needed. */
  release(): void {
    if (!this.#isReleased) AnswerBudget.#sharedBytes -= Math.max(0, this.#takenBytes - OWN_BYTES);
    this.#isReleased = true;
  }
}
