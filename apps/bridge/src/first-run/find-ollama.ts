import { normalizeUrl, OllamaClient } from "@ollama-bridge/core-client";
import { environmentAddress } from "@ollama-bridge/core-client/config";
import { whyAddressIsUnused } from "@ollama-bridge/discovery";
import { type EngineProgress, type RunningEngine, startEngine } from "../engine.ts";

const ANSWER_TIMEOUT_MS = 2_000;

/** The Ollama of a first run: one that was there, or the engine started for it. */
export interface FoundOllama {
  url: string;
  version: string;
  /** Names of its models. */
  models: string[];
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
    const url = normalizeUrl(named ?? "localhost");
    try {
      const found = { url, ...(await askOllama(url, ANSWER_TIMEOUT_MS)) };
      const why = named === undefined ? await whyAddressIsUnused(url) : undefined;
      if (why === undefined) return found;
      report.engineStarts(`${url} ${why}`);
    } catch (error) {
      if (named !== undefined) throw error;
      report.engineStarts(`No Ollama answers at ${url}`);
    }
  } else report.engineStarts("As asked");
  const engine = await startEngine(report.engineProgress);
  return { url: engine.url, ...(await askOllama(engine.url)), engine };
}

/** Reads the version and the models. Without `timeoutMs` a slow machine has as long as for any look-up. */
async function askOllama(url: string, timeoutMs?: number): Promise<{ version: string; models: string[] }> {
  const client = new OllamaClient({ name: "first run", url }, { connectMs: ANSWER_TIMEOUT_MS });
  try {
    const [version, { models }] = await Promise.all([
      client.version({ timeoutMs }),
      client.list({ timeoutMs }),
    ]);
    return { version, models: models.map(({ name }) => name) };
  } finally {
    await client.close();
  }
}
