import { defaultModel, type Engine, isEngineError, startEngine } from "../src/index.ts";
import { modelFile } from "../src/model-file.ts";

/** Fetching the model the first time takes as long as the network does. */
export const fetchTimeoutMs = 600_000;
/** A processor without vector instructions reads some ten tokens per second. */
export const testTimeoutMs = 300_000;

const withoutOwnModel = { ...process.env, ENGINE_MODEL: "" };

/** Whether the default model's file can be had on this machine; where not, says so. */
export async function defaultModelAvailable(): Promise<boolean> {
  try {
    await modelFile({ env: withoutOwnModel });
    return true;
  } catch (error) {
    if (!isEngineError(error)) throw error;
    process.stderr.write(`SKIPPED, all that needs ${defaultModel.name}: ${error.message} ${error.hint}\n`);
    return false;
  }
}

export const startDefaultEngine = (): Promise<Engine> => startEngine({ env: withoutOwnModel });
