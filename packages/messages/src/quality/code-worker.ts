// A thread of its own for parsing: it can be stopped, and what it needs is loaded nowhere else.
import { parentPort, workerData } from "node:worker_threads";
import type { CodeBlock, CodeError } from "./code-block.ts";
import { findCodeError } from "./code-errors.ts";

/** What the thread tells: that its parsers are loaded, then what is wrong with each block, `null` for nothing. */
export type WorkerMessage = "loaded" | CodeError | null;

const tell = (message: WorkerMessage) => parentPort?.postMessage(message);
tell("loaded");
for (const block of workerData as CodeBlock[]) tell(findCodeError(block) ?? null);
