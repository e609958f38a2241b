import { Keyv } from "keyv";

type Awaitable<Value> = Value | Promise<Value>;

/** A table of values by namespace and key. Every method throws where it cannot keep its word. */
export interface KeyValueTable<Value> {
  /** The value, unless there is none or its time is over. */
  get(namespace: string, key: string): Awaitable<Value | undefined>;
  /** `expiresAtMs` is a moment in Unix milliseconds. */
  set(namespace: string, key: string, value: Value, expiresAtMs: number | null): Awaitable<void>;
  delete(namespace: string, key: string): Awaitable<boolean>;
  clear(namespace: string): Awaitable<void>;
}

/**
 * Makes a Keyv over one namespace of a table. Keyv alone fails soft: it answers `undefined` or `false` and emits an
 * event. With no listener for that event it throws instead, and this Keyv is given none.
 */
export function keyvOver<Value>(table: KeyValueTable<Value>, namespace: string): Keyv<Value> {
  return new Keyv<Value>({ store: new TableAdapter(table, namespace), namespace, serialization: false });
}

/** What Keyv hands to its store: the value in an envelope. */
interface Enveloped<Value> {
  value: Value;
  expires?: number;
}

class TableAdapter<Value> {
  /** The table takes moments, not durations, and sees to expiry itself. */
  readonly capabilities = { expires: true };
  readonly #table: KeyValueTable<Value>;
  namespace: string;

  constructor(table: KeyValueTable<Value>, namespace: string) {
    this.#table = table;
    this.namespace = namespace;
  }

  async get(key: string): Promise<Enveloped<Value> | undefined> {
    const value = await this.#table.get(this.namespace, key);
    return value === undefined ? undefined : { value };
  }

  getMany(keys: string[]) {
    return Promise.all(keys.map((key) => this.get(key)));
  }

  async has(key: string): Promise<boolean> {
    return (await this.get(key)) !== undefined;
  }

  hasMany(keys: string[]) {
    return Promise.all(keys.map((key) => this.has(key)));
  }

  async set(key: string, { value }: Enveloped<Value>, expires?: number): Promise<boolean> {
    await this.#table.set(this.namespace, key, value, expires ?? null);
    return true;
  }

  setMany(entries: { key: string; value: Enveloped<Value>; expires?: number }[]) {
    return Promise.all(entries.map(({ key, value, expires }) => this.set(key, value, expires)));
  }

  async delete(key: string): Promise<boolean> {
    return this.#table.delete(this.namespace, key);
  }

  deleteMany(keys: string[]) {
    return Promise.all(keys.map((key) => this.delete(key)));
  }

  async clear(): Promise<void> {
    await this.#table.clear(this.namespace);
  }
}
