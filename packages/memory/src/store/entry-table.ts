import type { KeyValueTable } from "@ollama-bridge/storage";
import { indexText } from "../search/words.ts";
import type { Entry, StoredEntry, TransferEntry } from "./entry.ts";
import { type Row, type Sql, Values } from "./sql.ts";

/** The columns of an entry, for `entryFromRow`. */
export const ENTRY_COLUMNS =
  "namespace, key, value, metadata, tags, created_at_ms, updated_at_ms, expires_at_ms";

/** What is set is an entry; what is got has its names and times too. */
export type KeyedEntry = Entry & Partial<StoredEntry>;

/** Who hears of a write: an external memory, the one that had the entry before, or, from a copy of ours that delivers, nobody. */
export type Announce = { to?: string | undefined } | "nobody";

/** Keyv's view of the entries. */
export function entryTable(sql: Sql, announce: () => Announce): KeyValueTable<KeyedEntry> {
  return {
    async get(namespace, key) {
      const [row] = await sql.rows(
        `SELECT ${ENTRY_COLUMNS} FROM memory_entries
         WHERE namespace = $1 AND key = $2 AND (expires_at_ms IS NULL OR expires_at_ms > $3)`,
        [namespace, key, Date.now()],
      );
      return row === undefined ? undefined : entryFromRow(row);
    },
    async set(namespace, key, entry, expiresAtMs) {
      const each = { ...entry, namespace, key, expiresAtMs: expiresAtMs ?? undefined };
      await putEntries(sql, [each], { onConflict: "replace", announce: announce() });
    },
    async delete(namespace, key) {
      return (await deleteEntry(sql, namespace, key))?.alive ?? false;
    },
    async clear(namespace) {
      await sql.rows("DELETE FROM memory_entries WHERE namespace = $1", [namespace]);
    },
  };
}

// A rewrite keeps the moment of creation, unless the entry had run out; and it is always later than what it replaces.
const REPLACE = `DO UPDATE SET
  value = excluded.value, metadata = excluded.metadata, tags = excluded.tags,
  title_words = excluded.title_words, value_words = excluded.value_words,
  expires_at_ms = excluded.expires_at_ms, embedded_with = NULL,
  target = COALESCE(excluded.target, memory_entries.target),
  announced = memory_entries.announced + excluded.announced,
  created_at_ms = CASE WHEN memory_entries.expires_at_ms <= excluded.updated_at_ms
    THEN excluded.created_at_ms ELSE memory_entries.created_at_ms END,
  updated_at_ms = CASE WHEN memory_entries.updated_at_ms >= excluded.updated_at_ms
    THEN memory_entries.updated_at_ms + 1 ELSE excluded.updated_at_ms END`;

/** What happens to an entry whose key is there already. */
const conflicts = {
  replace: REPLACE,
  newer: `${REPLACE} WHERE excluded.updated_at_ms > memory_entries.updated_at_ms`,
  keep: "DO NOTHING",
};

export interface PutOptions {
  onConflict: keyof typeof conflicts;
  announce: Announce;
}

/** Writes entries in one statement, of one key the last. Returns how many were written. */
export async function putEntries(
  sql: Sql,
  entries: readonly TransferEntry[],
  options: PutOptions,
): Promise<number> {
  const now = Date.now();
  const { announce } = options;
  const distinct = new Map(entries.map((entry) => [JSON.stringify([entry.namespace, entry.key]), entry]));
  const values = new Values();
  // In the order of their keys: two imports that lock the same rows each in an order of its own would block each other.
  const inOrder = [...distinct].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, entry]) => entry);
  const rows = inOrder.map((entry) => {
    const tags = JSON.stringify(entry.tags);
    const updatedAtMs = entry.updatedAtMs ?? now;
    const row = [
      entry.namespace,
      entry.key,
      entry.createdAtMs ?? updatedAtMs,
      updatedAtMs,
      entry.expiresAtMs ?? null,
      announce === "nobody" ? null : (announce.to ?? null),
      announce === "nobody" ? 0 : 1,
      tags,
      JSON.stringify(entry.metadata),
      indexText([entry.key, ...entry.tags].join(" ")),
      entry.value,
      indexText(entry.value),
    ];
    return `(${row.map((value) => values.add(value)).join(", ")})`;
  });
  if (rows.length === 0) return 0;
  const written = await sql.rows(
    `INSERT INTO memory_entries (namespace, key, created_at_ms, updated_at_ms, expires_at_ms, target,
       announced, tags, metadata, title_words, value, value_words)
     VALUES ${rows.join(", ")}
     ON CONFLICT (namespace, key) ${conflicts[options.onConflict]} RETURNING id`,
    values.list,
  );
  return written.length;
}

/** Deletes an entry: whether it had not run out yet, and the external memory that is told of it. */
export async function deleteEntry(
  sql: Sql,
  namespace: string,
  key: string,
): Promise<{ alive: boolean; told: string | undefined } | undefined> {
  const [deleted] = await sql.rows(
    `DELETE FROM memory_entries WHERE namespace = $1 AND key = $2
     RETURNING expires_at_ms IS NULL OR expires_at_ms > $3 AS alive, target`,
    [namespace, key, Date.now()],
  );
  return deleted && { alive: Boolean(deleted.alive), told: deleted.target as string | undefined };
}

export function entryFromRow(row: Row): StoredEntry & { expiresAtMs?: number } {
  return {
    namespace: String(row.namespace),
    key: String(row.key),
    value: String(row.value),
    metadata: JSON.parse(String(row.metadata)),
    tags: JSON.parse(String(row.tags)),
    createdAtMs: Number(row.created_at_ms),
    updatedAtMs: Number(row.updated_at_ms),
    ...(row.expires_at_ms === null ? {} : { expiresAtMs: Number(row.expires_at_ms) }),
  };
}
