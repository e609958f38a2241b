import { Worker } from "node:worker_threads";
import type { CodeBlock, CodeError } from "./code-block.ts";
import type { WorkerMessage } from "./code-worker.ts";

const LIMIT_MS = 2_000;

export interface ParsedCode {
  /** Of each block that was reached, in their order. */
  errors: (CodeError | undefined)[];
  /** Why the others were not reached. */
  stopped?: string;
  /** Whether the parsers are there; without them no block is reached. */
  installed: boolean;
}

/** Parses the blocks in a thread of their own, all within `limitMs` once its parsers are loaded. */
export async function parseCode(blocks: CodeBlock[], limitMs = LIMIT_MS): Promise<ParsedCode> {
  // Run from source, this file is TypeScript, and so is the one beside it.
  const file = new URL(
    import.meta.url.endsWith(".ts") ? "./code-worker.ts" : "./code-worker.js",
    import.meta.url,
  );
  const worker = new Worker(file, {
    workerData: blocks,
    // Node warns of its parser of TypeScript, which may change.
    execArgv: ["--disable-warning=ExperimentalWarning"],
  });
  const errors: ParsedCode["errors"] = [];
  const { promise: stopped, resolve } = Promise.withResolvers<string | undefined>();
  let limit: NodeJS.Timeout | undefined;
  let installed = true;
  worker.on("message", (message: WorkerMessage) => {
    if (message === "not installed") installed = false;
    else if (message === "loaded")
      limit = setTimeout(() => resolve(`not finished within ${limitMs} ms`), limitMs);
    else errors.push(message ?? undefined);
  });
  worker.on("error", ({ message }) => resolve(`the parser failed: ${message}`));
  worker.on("exit", () => resolve(undefined));
  try {
    const reason = await stopped;
    return { errors, installed, ...(reason === undefined ? {} : { stopped: reason }) };
  } finally {
    clearTimeout(limit);
    await worker.terminate();
  }
}
