import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import { endWithThisProcess } from "@ollama-bridge/foundation";
import { EngineError } from "./engine-error.ts";
import type { Ready } from "./main.ts";
import { modelFile } from "./model-file.ts";
import type { Preparation } from "./progress.ts";

/** Whoever uses the engine may have to end soon too. */
const endTimeoutMs = 1000;
const keptErrorCharacters = 2000;

/** A running engine. */
export type Engine = {
  /** Where it speaks Ollama's protocol. */
  url: string;
  /** The names it serves. */
  models: string[];
  /** Ends the engine; resolves when its process is gone. */
  close(): Promise<void>;
};

/**
 * Makes sure that there is a model file, fetching it with progress where needed, and starts the engine in a child
 * process, which ends with this one.
 * @throws EngineError, or the signal's reason.
 *
 * @example
 * import { startEngine } from "@ollama-bridge/engine";
 *
 * const engine = await startEngine({ onProgress: ({ phase }) => console.error(phase) });
 * console.log(engine.url, engine.models);
 * await engine.close();
 */
export async function startEngine(preparation: Preparation = {}): Promise<Engine> {
  const { signal, onProgress, env = process.env } = preparation;
  await modelFile(preparation);
  signal?.throwIfAborted();
  onProgress?.({ phase: "starting" });
  // Run from source, this file is TypeScript, and so is the one beside it.
  const bin = new URL(import.meta.url.endsWith(".ts") ? "./bin.ts" : "./bin.js", import.meta.url);
  const child = fork(fileURLToPath(bin), [], {
    env,
    execArgv: import.meta.url.endsWith(".ts") ? ["--conditions=@ollama-bridge/source"] : [],
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
  endWithThisProcess(child);
  const close = () => end(child);
  try {
    const { url, models } = await ready(child, signal);
    return { url, models, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function ready(child: ChildProcess, signal?: AbortSignal): Promise<Ready> {
  let lastErrors = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => {
    lastErrors = (lastErrors + text).slice(-keptErrorCharacters);
  });
  return new Promise((resolve, reject) => {
    const fail = (what: string, cause?: unknown) => {
      const said = lastErrors.trim();
      const message = `The embedded engine did not start: ${said || what}`;
      reject(new EngineError("ENGINE_START_FAILED", message, { hint: startHint, cause }));
    };
    signal?.addEventListener("abort", () => reject(signal.reason), { once: true });
    child.once("message", (message) => resolve(message as Ready));
    child.once("error", (error) => fail(error.message, error));
    child.once("close", (code, killedBy) => fail(`its process ended with ${killedBy ?? code}`));
  });
}

const startHint =
  "Run `npx ollama-bridge-engine` to see it by itself; if llama.cpp has no build for this machine, install Ollama.";

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  await new Promise<void>((resolve) => {
    const kill = setTimeout(() => child.kill("SIGKILL"), endTimeoutMs);
    child.once("exit", () => {
      clearTimeout(kill);
      resolve();
    });
    child.kill("SIGTERM");
  });
}
