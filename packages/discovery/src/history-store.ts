import { join } from "node:path";
import { type KeyValueStore, memoryStore } from "./history-keeper.ts";

/** What nobody has used for so long is forgotten. */
const KEEP_MS = 30 * 24 * 3_600_000;

/**
 * The history's file in the user's data folder, opened at the first need. Where it cannot be opened, the history ends
 * with the process.
 */
export function fileStore(
  env: NodeJS.ProcessEnv,
  warn: (fields: object, message: string) => void,
): KeyValueStore {
  let opening: Promise<KeyValueStore> | undefined;
  const opened = () => {
    opening ??= open(env).catch((error: Error) => {
      warn({ err: error.message }, "The fleet's history is not kept");
      return memoryStore();
    });
    return opening;
  };
  return {
    get: async (key) => (await opened()).get(key),
    set: async (key, value) => (await opened()).set(key, value),
    close: async () => (await opening)?.close?.(),
  };
}

async function open(env: NodeJS.ProcessEnv): Promise<KeyValueStore> {
  const { dataFolder, openKeyValueStore } = await import("@ollama-bridge/server-kit/storage");
  const file = join(dataFolder(env), "fleet-history.sqlite");
  // A damaged file is set aside by the first try; the second one begins anew.
  const store = await openKeyValueStore(file).catch(() => openKeyValueStore(file));
  const values = store.namespace<unknown>("fleet");
  return {
    get: (key) => values.get(key),
    set: async (key, value) => void (await values.set(key, value, KEEP_MS)),
    close: async () => store.close(),
  };
}
