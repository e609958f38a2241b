import * as z from "zod";
import type { Clock, Instance } from "../registry/instance.ts";
import type { InstanceRegistry } from "../registry/instance-registry.ts";

/** Where the fleet's history is kept between runs. Values are JSON. */
export interface KeyValueStore {
  get(key: string): Promise<unknown>;
  set(key: string, value: unknown): Promise<void>;
  close?(): Promise<void>;
}

export interface HistoryKeeperOptions {
  store: KeyValueStore;
  clock: Clock;
  registry: Pick<InstanceRegistry, "get" | "apply">;
  warn(fields: object, message: string): void;
}

const WRITE_AFTER_MS = 2_000;

const speed = z.number().positive().optional();
const storedHistory = z.object({
  samples: z.array(z.object({ at: z.number(), loadS: speed, prefillS: speed, decodeS: speed })),
  failure: z.object({ at: z.number(), rate: z.number() }).optional(),
});
const storedInstance = z.record(z.string(), storedHistory);

/**
 * Keeps what was learned of each (instance, model) on disk, one entry per instance. Another bridge may write the same
 * entry: each adds what it finds there before it writes. A store that fails or holds nonsense costs the history, no more.
 */
export class HistoryKeeper {
  readonly #options: HistoryKeeperOptions;
  /** By `id`, as below. */
  readonly #loaded = new Map<string, Promise<void>>();
  readonly #unwritten = new Map<string, Instance>();
  #timer: NodeJS.Timeout | undefined;
  #warned = false;

  constructor(options: HistoryKeeperOptions) {
    this.#options = options;
  }

  /** Reads what earlier runs learned of the instance, once. */
  load(instance: Instance): Promise<void> {
    let loading = this.#loaded.get(instance.id);
    if (loading === undefined) {
      loading = this.#read(instance);
      this.#loaded.set(instance.id, loading);
    }
    return loading;
  }

  /** Something was learned of the instance; it is written soon. */
  changed(instance: Instance): void {
    this.#unwritten.set(instance.id, instance);
    this.#timer ??= setTimeout(() => void this.flush(), WRITE_AFTER_MS).unref();
  }

  /** Writes what is not written yet. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const instances = [...this.#unwritten.values()];
    this.#unwritten.clear();
    await Promise.all(instances.map((instance) => this.#write(instance)));
  }

  async close(): Promise<void> {
    await this.flush();
    await this.#options.store.close?.();
  }

  async #read(instance: Instance): Promise<void> {
    const { store, clock, registry } = this.#options;
    try {
      const value = await store.get(keyOf(instance));
      if (value === undefined || value === null) return;
      const histories = storedInstance.parse(value);
      registry.apply(instance.id, {
        type: "recalled",
        atMs: clock.now(),
        wallMs: clock.wall(),
        histories,
      });
    } catch (error) {
      this.#warn(error, "The history of an instance cannot be read; it starts afresh");
    }
  }

  async #write(instance: Instance): Promise<void> {
    const { store, clock, registry } = this.#options;
    await this.#read(instance);
    const { pairs } = registry.get(instance.id) ?? instance;
    const value = [...pairs]
      .filter(([, { history }]) => !history.isEmpty)
      .map(([model, { history }]) => [model, history.stored(clock.now(), clock.wall())]);
    try {
      await store.set(keyOf(instance), Object.fromEntries(value));
    } catch (error) {
      this.#warn(error, "The history of an instance cannot be written");
    }
  }

  #warn(error: unknown, message: string): void {
    if (this.#warned) return;
    this.#warned = true;
    this.#options.warn({ err: error instanceof Error ? error.message : String(error) }, message);
  }
}

const keyOf = ({ url }: Instance) => `fleet-history:${url}`;

/** Makes a store that keeps values for as long as the process runs; beyond `maxEntries`, those written longest ago go. */
export function memoryStore(maxEntries = Number.POSITIVE_INFINITY): KeyValueStore {
  const values = new Map<string, unknown>();
  return {
    get: async (key) => values.get(key),
    async set(key, value) {
      values.delete(key);
      values.set(key, value);
      const [oldest] = values.keys();
      if (values.size > maxEntries && oldest !== undefined) values.delete(oldest);
    },
  };
}
