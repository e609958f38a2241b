import { type ByteBudget, BytePool, mebibytes } from "@ollama-bridge/foundation";

const MAX_BYTES = 32 * 1024 * 1024;
const OWN_BYTES = 256 * 1024;

// Memory belongs to the process, so the answers of all calls are counted in one place.
const pool = new BytePool(MAX_BYTES - OWN_BYTES, OWN_BYTES);

/** What a reader is told of the limit. */
export const ANSWER_LIMIT = `all answers under way together keep no more than ${mebibytes(MAX_BYTES)}`;

/**
 * Makes the budget of one call, for the bytes of answers that it keeps: 256 KiB of its own, and what all calls of the process share, which is 32 MiB.
 *
 * @example
 * import { answerBudget, OllamaClient, singleInstanceRunner } from "@ollama-bridge/core-client";
 *
 * const runner = singleInstanceRunner(new OllamaClient("http://gpu-box:11434"), { maxConcurrent: 5 });
 * const budget = answerBudget();
 * const ask = (model: string) => runner.run({ model, prompt: "Why is the sky blue?" }, { budget });
 * try {
 *   await Promise.all(["llama3.2", "phi4"].map(ask));
 * } finally {
 *   budget.release();
 * }
 */
export const answerBudget = (): ByteBudget => pool.budget();
