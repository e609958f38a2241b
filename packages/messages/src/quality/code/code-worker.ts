// A thread of its own for parsing: it can be stopped, and what it needs is loaded nowhere else.
import { parentPort, workerData } from "node:worker_threads";
import type { CodeBlock, CodeError } from "./code-block.ts";

/** What the thread tells: whether it has its parsers, then what is wrong with each block, `null` for nothing. */
export type WorkerMessage = "loaded" | "not installed" | CodeError | null;

const tell = (message: WorkerMessage) => parentPort?.postMessage(message);

/** The parsers come with the bridge; beside a single server they are installed by those who want code looked at. */
async function loadParsers() {
  try {
    return await import("./code-errors.ts");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ERR_MODULE_NOT_FOUND") throw error;
    return undefined;
  }
}

const parsers = await loadParsers();
tell(parsers === undefined ? "not installed" : "loaded");
if (parsers !== undefined)
  for (const block of workerData as CodeBlock[]) tell(parsers.findCodeError(block) ?? null);
