import { type ByteBudget, BytePool, mebibytes } from "@ollama-bridge/foundation";

const MAX_BYTES = 32 * 1024 * 1024;
const OWN_BYTES = 256 * 1024;

// Memory belongs to the process, so the answers of all calls are counted in one place.
const pool = new BytePool(MAX_BYTES - OWN_BYTES, OWN_BYTES);

/** What a reader is told of the limit. */
export const ANSWER_LIMIT = `all answers under way together keep no more than ${mebibytes(MAX_BYTES)}`;

/**
 * How many bytes of answers one call keeps: 256 KiB of its own, and what all calls of the process share, which is 32 MiB.
 *
 * @example
 * const budget = answerBudget();
 * try {
 *   await Promise.all(models.map((model) => runner.run({ model, prompt }, { budget })));
 * } finally {
 *   budget.release();
 * }
 */
export const answerBudget = (): ByteBudget => pool.budget();
