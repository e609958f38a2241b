// A thread of its own for parsing: it can be stopped, and what it needs is loaded nowhere else.
import { parentPort, workerData } from "node:worker_threads";
import type { CodeBlock } from "./code-block.ts";
import { findCodeError } from "./code-errors.ts";

for (const block of workerData as CodeBlock[]) parentPort?.postMessage(findCodeError(block) ?? null);
