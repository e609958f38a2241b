import { isRecord, type KeyValueStore } from "@ollama-bridge/foundation";
import type { Clock, Instance } from "../registry/instance.ts";
import type { InstanceRegistry } from "../registry/instance-registry.ts";
import type { StoredHistory } from "./pair-history.ts";

export interface HistoryKeeperOptions {
  /** Where the fleet's history is kept between runs. */
  store: KeyValueStore;
  clock: Clock;
  registry: Pick<InstanceRegistry, "get" | "apply">;
  warn(fields: object, message: string): void;
}

const WRITE_AFTER_MS = 2_000;

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
      const histories = readHistories(value);
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

/** The histories by model, read field by field. @throws Error for a value that is none. */
function readHistories(value: unknown): Record<string, StoredHistory> {
  const models = Object.entries(record(value));
  return Object.fromEntries(models.map(([model, history]) => [model, readHistory(record(history))]));
}

function readHistory({ samples, failure }: Record<string, unknown>): StoredHistory {
  if (!Array.isArray(samples)) throw unreadable();
  return {
    samples: samples.map(record).map(({ at, loadS, prefillS, decodeS }) => ({
      at: number(at),
      loadS: speed(loadS),
      prefillS: speed(prefillS),
      decodeS: speed(decodeS),
    })),
    ...(failure === undefined ? {} : { failure: readFailure(record(failure)) }),
  };
}

const readFailure = ({ at, rate }: Record<string, unknown>) => ({ at: number(at), rate: number(rate) });

const unreadable = () => new Error("this is no history of an instance");

function record(value: unknown): Record<string, unknown> {
  if (!isRecord(value)) throw unreadable();
  return value;
}

function number(value: unknown): number {
  if (typeof value !== "number" || !Number.isFinite(value)) throw unreadable();
  return value;
}

function speed(value: unknown): number | undefined {
  if (value === undefined) return undefined;
  if (number(value) <= 0) throw unreadable();
  return number(value);
}
