import { join } from "node:path";
import { type KeyValueStore, memoryStore } from "@ollama-bridge/foundation";

/** Entries unused this long expire. */
const KEEP_MS = 30 * 24 * 3_600_000;

export interface FileStoreOptions {
  env: NodeJS.ProcessEnv;
  /** The file's name in the user's data folder, without its ending. */
  name: string;
  /** What is in it, for the log. */
  what: string;
  warn(fields: object, message: string): void;
}

/**
 * Makes a store in a file in the user's data folder, opened at the first need. Where it cannot be opened, what is kept ends with the
 * process.
 */
export function fileStore({ env, name, what, warn }: FileStoreOptions): KeyValueStore {
  let opening: Promise<KeyValueStore> | undefined;
  const opened = () => {
    opening ??= open(env, name, (error) =>
      warn({ err: error.message }, `${what}: what was there is set aside`),
    ).catch((error: Error) => {
      warn({ err: error.message }, `${what}: not kept after this run`);
      return memoryStore();
    });
    return opening;
  };
  return {
    get: async (key) => (await opened()).get(key),
    set: async (key, value) => (await opened()).set(key, value),
    delete: async (key) => (await opened()).delete(key),
    keys: async (prefix) => (await opened()).keys(prefix),
    close: async () => (await opening)?.close?.(),
  };
}

async function open(
  env: NodeJS.ProcessEnv,
  name: string,
  setAside: (error: Error) => void,
): Promise<KeyValueStore> {
  const { dataFolder, openKeyValueStore } = await import("@ollama-bridge/storage");
  const file = join(dataFolder(env), `${name}.sqlite`);
  // A damaged file is set aside by the first try; the second one begins anew.
  const store = await openKeyValueStore(file).catch(async (error: Error) => {
    const anew = await openKeyValueStore(file);
    setAside(error);
    return anew;
  });
  const values = store.namespace<unknown>(name);
  return {
    get: (key) => values.get(key),
    set: async (key, value) => void (await values.set(key, value, KEEP_MS)),
    delete: async (key) => void (await values.delete(key)),
    keys: async (prefix) => store.keys(name, prefix),
    close: async () => store.close(),
  };
}
