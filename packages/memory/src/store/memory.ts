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
  signal: AbortSignal;
}

/** One page of a search. */
export const searchPageData = () =>
  z.strictObject({
    results: z.array(foundEntryData()),
    total: z.int().describe("Number of entries that fit, on all pages"),
    nextCursor: z.string().exactOptional().describe("Give it as `cursor` for the next page"),
    warnings: z.array(z.string()).exactOptional().describe("What limits the search now"),
  });

export type SearchPage = z.output<ReturnType<typeof searchPageData>>;

const SIMILAR_KEYS = 3;

interface Opened {
  store: MemoryStore;
  external: External;
}

/** The memory as tools see it: our own store, and behind it an external one. Nothing is opened before the first call. */
export class Memory {
  readonly defaultNamespace: string;
  readonly #settings: Settings;
  readonly #memorySettings: MemorySettings;
  readonly #log: Logger;
  readonly #embedder: Embedder | undefined;
  #opened: Promise<Opened> | undefined;

  /** `embed` makes vectors with the configured model; without a model there is no semantic search. */
  constructor(
    settings: Settings,
    memorySettings: MemorySettings,
    { embed, log }: { embed: Embed; log: Logger },
  ) {
    this.#settings = settings;
    this.#memorySettings = memorySettings;
    this.#log = log;
    this.defaultNamespace = memorySettings.namespace ?? projectNamespace();
    const model = memorySettings.embed_model;
    if (model !== undefined) this.#embedder = new Embedder(model, embed);
  }

  /** @throws BridgeError VALIDATION_ERROR, MEMORY_BACKEND_ERROR */
  async remember(
    key: string,
    entry: Entry,
    {
      namespace = this.defaultNamespace,
      ttlSeconds,
    }: { namespace?: string | undefined; ttlSeconds?: number | undefined } = {},
  ): Promise<Placement> {
    checkName("key", key);
    checkName("namespace", namespace);
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

  /** @throws BridgeError MEMORY_NOT_FOUND, VALIDATION_ERROR, MEMORY_BACKEND_ERROR */
  async recall(key: string, call: MemoryCall, namespace = this.defaultNamespace): Promise<ForeignEntry> {
    checkName("key", key);
    checkName("namespace", namespace);
    return this.#use(async ({ store, external }) => {
      const own = await store.entries(namespace).get(key);
      if (own !== undefined) return { ...own, key };
      const { entry, warning } = await external.get(namespace, key, call.signal);
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

  /** @throws BridgeError CAPABILITY_UNSUPPORTED, VALIDATION_ERROR, MEMORY_BACKEND_ERROR; what the embedding model throws. */
  async search(
    search: Search,
    page: { limit: number; cursor?: string | undefined },
    call: MemoryCall,
  ): Promise<SearchPage> {
    checkName("namespace", search.namespace);
    const position = readCursor(page.cursor, search);
    return this.#use(async ({ store, external }) => {
      const context = { store, embedder: this.#embedder, log: this.#log, signal: call.signal };
      const own = await searchOwn(context, search, position, page.limit);
      const others = await external.search(search, call.signal);
      // Ours come first, those that only the external memory has after the last of them.
      const shown = position.external ?? 0;
      const added = own.more ? [] : others.results.slice(shown, shown + page.limit - own.results.length);
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

  /** Whether there was anything to forget. @throws BridgeError VALIDATION_ERROR, MEMORY_BACKEND_ERROR */
  async forget(key: string, call: MemoryCall, namespace = this.defaultNamespace): Promise<boolean> {
    checkName("key", key);
    checkName("namespace", namespace);
    return this.#use(async ({ external }) => {
      const known = await external.get(namespace, key, call.signal);
      const own = await external.forget(namespace, key);
      return own || known.entry !== undefined;
    });
  }

  /** Keys of our own store that begin with `prefix`. */
  async keys(namespace: string, prefix: string): Promise<string[]> {
    return this.#use(({ store }) => store.keys(namespace, prefix, 100));
  }

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
    const candidates = await findExternal(settings, memorySettings, log);
    const announce = announceTo(candidates[0], settings.env);
    const store = await openStore(settings, memorySettings, this.defaultNamespace, log, announce);
    return { store, external: new External(store, candidates, this.defaultNamespace, log) };
  }

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
