import { type ByteBudget, BytePool, mebibytes } from "@ollama-bridge/foundation";

const MAX_BYTES = 32 * 1024 * 1024;
const OWN_BYTES = 256 * 1024;

// Memory belongs to the process, so all calls draw on one pool.
const pool = new BytePool(MAX_BYTES - OWN_BYTES, OWN_BYTES);

/** Describes the limit in warnings and errors. */
export const ANSWER_LIMIT = `answers in progress may hold no more than ${mebibytes(MAX_BYTES)}`;

/**
 * Creates the byte budget for the answers of one call: 256 KiB of its own, plus a share of the 32 MiB that all calls of the
 * process have together.
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
