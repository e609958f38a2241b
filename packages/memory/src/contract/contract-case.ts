import { queryWords } from "../search/words.ts";
import type { Entry } from "../store/entry.ts";
import type { MemoryStore } from "../store/memory-store.ts";
import { entriesOf, type Filter, findNewest, findWords, type Hit } from "../store/search-sql.ts";

/** One thing that every store owes; `namespace` is the case's own. */
export interface ContractCase {
  name: string;
  run(store: MemoryStore, namespace: string): Promise<void>;
}

export const entry = (value: string, more: Partial<Entry> = {}): Entry => ({
  value,
  metadata: {},
  tags: [],
  ...more,
});

export const filter = (namespace: string, more: Partial<Filter> = {}): Filter => ({
  namespace,
  tags: [],
  ...more,
});

export const START = { offset: 0 };

/** The keys of what was found, in its order. */
export async function keysOf(store: MemoryStore, hits: readonly Hit[]): Promise<(string | undefined)[]> {
  const ids = hits.map(({ id }) => id);
  const entries = await entriesOf(store.sql, ids);
  return ids.map((id) => entries.get(id)?.key);
}

/** Keys of the entries with those words, the best first. */
export async function found(
  store: MemoryStore,
  namespace: string,
  query: string,
  more: Partial<Filter> = {},
) {
  const page = { offset: 0, limit: 100 };
  const { hits } = await findWords(store.sql, filter(namespace, more), queryWords(query), page);
  return keysOf(store, hits);
}

/** Keys of the newest entries. */
export async function newest(store: MemoryStore, namespace: string, more: Partial<Filter> = {}) {
  const { hits } = await findNewest(store.sql, filter(namespace, more), START, 100);
  return keysOf(store, hits);
}
