import { join } from "node:path";
import { type KeyValueStore, memoryStore } from "@ollama-bridge/discovery";
import { createLogger, logSection, type Settings } from "@ollama-bridge/server-kit";

/** A session that nobody continued for so long is forgotten. */
const KEEP_MS = 30 * 24 * 3_600_000;

/** The sessions' file in the user's data folder, opened at the first need; in memory where it cannot be opened. */
export function sessionStore(settings: Settings): KeyValueStore {
  let opening: Promise<KeyValueStore> | undefined;
  const opened = () => {
    opening ??= open(settings.env).catch((error: Error) => {
      const log = createLogger(settings.read(logSection).level);
      log.warn({ err: error.message }, "Conversations are kept in memory only");
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
  const store = await openKeyValueStore(join(dataFolder(env), "sessions.sqlite"));
  const values = store.namespace<unknown>("sessions");
  return {
    get: (key) => values.get(key),
    set: async (key, value) => void (await values.set(key, value, KEEP_MS)),
    close: async () => store.close(),
  };
}
