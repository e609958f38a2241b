/** Values by key. A value is what JSON can say. */
export interface KeyValueStore {
  /** The value; undefined where there is none. */
  get(key: string): Promise<unknown>;
  set(key: string, value: unknown): Promise<void>;
  delete(key: string): Promise<void>;
  /** The keys that begin with the prefix. */
  keys(prefix: string): Promise<string[]>;
  close?(): Promise<void>;
}

/** Makes a store that keeps values for as long as the process runs; beyond `maxEntries`, those written longest ago go. */
export function memoryStore(maxEntries = Number.POSITIVE_INFINITY): KeyValueStore {
  const values = new Map<string, unknown>();
  return {
    get: async (key) => values.get(key),
    delete: async (key) => void values.delete(key),
    keys: async (prefix) => [...values.keys()].filter((key) => key.startsWith(prefix)),
    async set(key, value) {
      values.delete(key);
      values.set(key, value);
      const [oldest] = values.keys();
      if (values.size > maxEntries && oldest !== undefined) values.delete(oldest);
    },
  };
}
