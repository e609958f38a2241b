import { type Logger, projectNamespace, type Settings } from "@ollama-bridge/server-kit";
import { storageErrors } from "@ollama-bridge/storage/errors";
import * as z from "zod";
import type { MemorySettings } from "../config.ts";
import { External, type Placement } from "../external/external.ts";
import type { ForeignEntry } from "../external/external-memory.ts";
import { announceTo, findExternal } from "../external/find-external.ts";
import { memoryErrors } from "../memory-errors.ts";
import { readCursor, writeCursor } from "../search/cursor.ts";
import { type Embed, Embedder } from "../search/embedder.ts";
import { foundEntryData, type Search, searchOwn } from "../search/search-memories.ts";
import { queryWords } from "../search/words.ts";
import { checkEntry, checkName, type Entry } from "./entry.ts";
import type { MemoryStore } from "./memory-store.ts";
import { entriesOf, findWords } from "./search-sql.ts";

/** What a call brings along. */
export interface MemoryCall {
  /** Cancels what is asked of an external memory. */
  signal?: AbortSignal | undefined;
  /** @default the memory's `defaultNamespace` */
  namespace?: string | undefined;
}

/** What is to be remembered. */
export type NewEntry = Pick<Entry, "value"> & Partial<Entry>;

/** What is looked for; what is absent confines nothing. */
export interface MemorySearch {
  /** Words, or what is meant; empty for the newest. */
  query: string;
  /** By words, by meaning, or both. @default "hybrid", which is "text" without an embedding model */
  mode?: Search["mode"] | undefined;
  /** An entry must have all of them. */
  tags?: readonly string[] | undefined;
  /** Updated at or after this, in Unix milliseconds. */
  sinceMs?: number | undefined;
  /** Updated at or before this, in Unix milliseconds. */
  untilMs?: number | undefined;
  /** Results per page. @default 10 */
  limit?: number | undefined;
  /** `nextCursor` of the page before. */
  cursor?: string | undefined;
}

/** One page of a search. */
export const searchPageData = () =>
  z.strictObject({
    results: z.array(foundEntryData()),
    total: z.int().describe("Number of entries that fit, on all pages"),
    nextCursor: z.string().exactOptional().describe("Give it as `cursor` for the next page"),
    warnings: z.array(z.string()).exactOptional().describe("What limits the search now"),
  });

/** One page of what a search found. */
export type SearchPage = z.output<ReturnType<typeof searchPageData>>;

const SIMILAR_KEYS = 3;

interface Opened {
  store: MemoryStore;
  external: External;
}

const RESULTS_PER_PAGE = 10;
const never = new AbortController().signal;

/** What a memory works with, beside its settings. */
export interface MemoryParts {
  /** Makes vectors with the configured model; without a model there is no semantic search. */
  embed: Embed;
  log: Logger;
  /** Finds the external memories. @default those that are configured */
  findServers?: typeof findExternal;
  /** How the driver of Postgres is installed. @default with npm */
  driverHint?: string | undefined;
}

/** A memory: our own store, and behind it an external one. Nothing is opened before the first call. */
export class Memory {
  readonly defaultNamespace: string;
  readonly #settings: Pick<Settings, "env" | "trustOf">;
  readonly #memorySettings: MemorySettings;
  readonly #log: Logger;
  readonly #embedder: Embedder | undefined;
  readonly #findServers: typeof findExternal;
  readonly #driverHint: string | undefined;
  #opened: Promise<Opened> | undefined;

  constructor(
    settings: Pick<Settings, "env" | "trustOf">,
    memorySettings: MemorySettings,
    { embed, log, findServers = findExternal, driverHint }: MemoryParts,
  ) {
    this.#settings = settings;
    this.#memorySettings = memorySettings;
    this.#log = log;
    this.#findServers = findServers;
    this.#driverHint = driverHint;
    this.defaultNamespace = memorySettings.namespace ?? projectNamespace();
    const model = memorySettings.embed_model;
    if (model !== undefined) this.#embedder = new Embedder(model, embed);
  }

  /** Keeps a text under a key, in the place of what was there. @throws BridgeError VALIDATION_ERROR, MEMORY_BACKEND_ERROR */
  async remember(
    key: string,
    { value, metadata = {}, tags = [] }: NewEntry,
    {
      namespace = this.defaultNamespace,
      ttlSeconds,
    }: { namespace?: string | undefined; ttlSeconds?: number | undefined } = {},
  ): Promise<Placement> {
    checkName("key", key);
    checkName("namespace", namespace);
    const entry = { value, metadata, tags };
    checkEntry(entry);
    return this.#use(async ({ store, external }) => {
      await store
        .entries(namespace)
        .set(key, entry, ttlSeconds === undefined ? undefined : ttlSeconds * 1000);
      if (this.#embedder !== undefined) void this.#embedder.catchUp(store, this.#log);
      const { backend, location } = store.sql;
      return external.place({ backend, location }, namespace, key);
    });
  }

  /** Reads what is kept under a key. @throws BridgeError MEMORY_NOT_FOUND, VALIDATION_ERROR, MEMORY_BACKEND_ERROR */
  async recall(
    key: string,
    { signal = never, namespace = this.defaultNamespace }: MemoryCall = {},
  ): Promise<ForeignEntry> {
    checkName("key", key);
    checkName("namespace", namespace);
    return this.#use(async ({ store, external }) => {
      const own = await store.entries(namespace).get(key);
      if (own !== undefined) return { ...own, key };
      const { entry, warning } = await external.get(namespace, key, signal);
      if (entry !== undefined) return entry;
      const similar = await similarKeys(store, namespace, key);
      throw memoryErrors.create(
        "MEMORY_NOT_FOUND",
        `There is no entry ${key} in the namespace ${namespace}`,
        {
          details: { key, namespace, similar },
          ...(similar.length > 0
            ? { hint: `Similar keys: ${similar.join(", ")}. Or look with search_memories.` }
            : {}),
          ...(warning === undefined ? {} : { more: warning }),
        },
      );
    });
  }

  /**
   * Finds entries, the best first; without a query the newest.
   * @throws BridgeError CAPABILITY_UNSUPPORTED, VALIDATION_ERROR, MEMORY_BACKEND_ERROR; what the embedding model throws.
   */
  async search(
    { limit = RESULTS_PER_PAGE, cursor, mode = "hybrid", tags = [], ...asked }: MemorySearch,
    { signal = never, namespace = this.defaultNamespace }: MemoryCall = {},
  ): Promise<SearchPage> {
    checkName("namespace", namespace);
    const search: Search = { ...asked, mode, tags, namespace };
    const position = readCursor(cursor, search);
    return this.#use(async ({ store, external }) => {
      const context = { store, embedder: this.#embedder, log: this.#log, signal };
      const own = await searchOwn(context, search, position, limit);
      const others = await external.search(search, signal);
      // Ours come first, those that only the external memory has after the last of them.
      const shown = position.external ?? 0;
      const added = own.more ? [] : others.results.slice(shown, shown + limit - own.results.length);
      const end = { ...own.end, external: shown + added.length };
      const more = own.more || end.external < others.results.length;
      const warnings = [...own.warnings, ...(others.warning === undefined ? [] : [others.warning])];
      return {
        results: [...own.results, ...added],
        total: own.total + others.results.length,
        ...(more ? { nextCursor: writeCursor(end, search) } : {}),
        ...(warnings.length > 0 ? { warnings } : {}),
      };
    });
  }

  /** Removes an entry, and tells whether there was one. @throws BridgeError VALIDATION_ERROR, MEMORY_BACKEND_ERROR */
  async forget(
    key: string,
    { signal = never, namespace = this.defaultNamespace }: MemoryCall = {},
  ): Promise<boolean> {
    checkName("key", key);
    checkName("namespace", namespace);
    return this.#use(async ({ external }) => {
      const known = await external.get(namespace, key, signal);
      const own = await external.forget(namespace, key);
      return own || known.entry !== undefined;
    });
  }

  /** Keys of our own store that begin with `prefix`. */
  async keys(namespace: string, prefix: string): Promise<string[]> {
    return this.#use(({ store }) => store.keys(namespace, prefix, 100));
  }

  /** Namespaces of our own store that begin with `prefix`. */
  async namespaces(prefix: string): Promise<string[]> {
    return this.#use(({ store }) => store.namespaces(prefix, 100));
  }

  async #use<Result>(work: (opened: Opened) => Promise<Result>): Promise<Result> {
    this.#opened ??= this.#open();
    const opening = this.#opened;
    try {
      return await work(await opening);
    } catch (error) {
      if (this.#opened === opening && !(await isUsable(opening, error))) {
        this.#opened = undefined;
        void opening.then(close, () => undefined);
      }
      throw error;
    }
  }

  async #open(): Promise<Opened> {
    // Starting reads no database code; many sessions never ask for a memory.
    const { openStore } = await import("./open-store.ts");
    const [settings, memorySettings, log] = [this.#settings, this.#memorySettings, this.#log];
    const candidates = await this.#findServers(settings, memorySettings, log);
    const store = await openStore(settings, memorySettings, this.defaultNamespace, {
      log,
      announce: announceTo(candidates[0], settings.env),
      driverHint: this.#driverHint,
    });
    return { store, external: new External(store, candidates, this.defaultNamespace, log) };
  }

  /** Closes the store, and the connection to the external memory. */
  async close(): Promise<void> {
    await this.#embedder?.close();
    const opening = this.#opened;
    this.#opened = undefined;
    if (opening !== undefined) await opening.then(close, () => undefined);
  }
}

/** A store that could not be opened, or whose file was taken away, is opened anew by the next call. */
async function isUsable(opening: Promise<Opened>, error: unknown): Promise<boolean> {
  const opened = await opening.catch(() => undefined);
  const attempts = storageErrors.is(error) ? error.details?.attempts : undefined;
  return opened !== undefined && attempts?.[0]?.reason !== "moved";
}

async function close({ store, external }: Opened): Promise<void> {
  await external.close();
  await store.close();
}

async function similarKeys(store: MemoryStore, namespace: string, key: string): Promise<string[]> {
  const { hits } = await findWords(store.sql, { namespace, tags: [] }, queryWords(key), {
    offset: 0,
    limit: SIMILAR_KEYS,
  });
  const entries = await entriesOf(
    store.sql,
    hits.map(({ id }) => id),
  );
  return hits.flatMap(({ id }) => entries.get(id)?.key ?? []);
}
