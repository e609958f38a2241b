import { normaliseUrl, OllamaClient } from "@ollama-bridge/core-client";
import { environmentAddress } from "@ollama-bridge/core-client/config";
import { type EngineProgress, type RunningEngine, startEngine } from "../engine.ts";

const ANSWERS_WITHIN_MS = 2_000;

/** The Ollama of a first run: one that was there, or the engine started for it. */
export interface FoundOllama {
  url: string;
  version: string;
  engine?: RunningEngine;
}

export interface SearchReport {
  engineStarts(why: string): void;
  engineProgress(progress: EngineProgress): void;
}

/**
 * The Ollama that the environment names, else the one on this machine, else the embedded engine.
 * @throws BridgeError OLLAMA_CONNECTION_FAILED when a named one does not answer: it is its owner's to start.
 */
export async function findOllama(wantsEngine: boolean, report: SearchReport): Promise<FoundOllama> {
  const named = environmentAddress(process.env);
  if (!wantsEngine) {
    const url = normaliseUrl(named ?? "localhost");
    try {
      return { url, version: await versionOf(url) };
    } catch (error) {
      if (named !== undefined) throw error;
      report.engineStarts(`No Ollama answers at ${url}`);
    }
  } else report.engineStarts("As asked");
  const engine = await startEngine(report.engineProgress);
  return { url: engine.url, version: await versionOf(engine.url), engine };
}

async function versionOf(url: string): Promise<string> {
  const client = new OllamaClient({ name: "first run", url }, { connectMs: ANSWERS_WITHIN_MS });
  try {
    return await client.version({ deadlineMs: performance.now() + ANSWERS_WITHIN_MS });
  } finally {
    await client.close();
  }
}
