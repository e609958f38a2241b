import { foundationErrors } from "@ollama-bridge/foundation";
import type { Logger } from "@ollama-bridge/server-kit";

/** The embedded engine while it runs. */
export interface RunningEngine {
  url: string;
  models: string[];
  close(): Promise<void>;
}

export interface EngineProgress {
  phase: string;
  completedBytes?: number;
  totalBytes?: number;
}

/**
 * Starts the embedded engine, which is never installed unasked.
 * @throws BridgeError CONFIG_INVALID with the one command that brings it, or with what keeps it from starting.
 */
export async function startEngine(onProgress: (progress: EngineProgress) => void): Promise<RunningEngine> {
  const engine = await import("@ollama-bridge/engine").catch((cause: unknown) => {
    throw foundationErrors.create("CONFIG_INVALID", "The embedded engine is not installed", {
      hint: "Bring it with: npm install @ollama-bridge/engine (or npx -y -p ollama-bridge-mcp -p @ollama-bridge/engine ollama-bridge-mcp try).",
      cause,
    });
  });
  return engine.startEngine({ onProgress }).catch((error: unknown) => {
    if (!engine.isEngineError(error)) throw error;
    throw foundationErrors.create("CONFIG_INVALID", error.message, { hint: error.hint, cause: error });
  });
}

/** The engine for `serve --engine`: told in the log, since stdout belongs to the protocol. */
export async function startEngineForServe(log: Logger): Promise<RunningEngine> {
  const engine = await startEngine(({ phase }) => log.debug({ phase }, "engine"));
  log.info({ url: engine.url, models: engine.models }, "the embedded engine is running");
  return engine;
}
