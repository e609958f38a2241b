import { keyvOver } from "@ollama-bridge/storage";
import type { Keyv } from "keyv";
import type { TransferEntry } from "./entry.ts";
import {
  type Announce,
  deleteEntry,
  ENTRY_COLUMNS,
  entryFromRow,
  entryTable,
  type KeyedEntry,
  putEntries,
} from "./entry-table.ts";
import { queueForget } from "./outbox.ts";
import { type Sql, Values } from "./sql.ts";

const BATCH = 50;
const PAGE = 500;
/** Namespaces whose Keyv is kept at hand. */
const KEPT_NAMESPACES = 100;

/** Entries in one database, be it SQLite or Postgres. All methods throw MEMORY_BACKEND_ERROR when it fails. */
export class MemoryStore {
  readonly sql: Sql;
  /** Who hears of every write: it is queued in the same statement. */
  announce: () => Announce = () => ({});
  readonly #namespaces = new Map<string, Keyv<KeyedEntry>>();

  constructor(sql: Sql) {
    this.sql = sql;
  }

  /** Get, set (ttl in ms) and delete in one namespace. */
  entries(namespace: string): Keyv<KeyedEntry> {
    let keyv = this.#namespaces.get(namespace);
    if (keyv === undefined) {
      keyv = keyvOver(
        entryTable(this.sql, () => this.announce()),
        namespace,
      );
      if (this.#namespaces.size >= KEPT_NAMESPACES) this.#namespaces.clear();
      this.#namespaces.set(namespace, keyv);
    }
    return keyv;
  }

  /** Whether there was a living entry. `target` is told once, also where it alone may hold the key. */
  async forget(namespace: string, key: string, target: string | undefined): Promise<boolean> {
    const deleted = await deleteEntry(this.sql, namespace, key);
    if (target !== undefined && deleted?.told !== target) await queueForget(this.sql, target, namespace, key);
    return deleted?.alive ?? false;
  }

  /** Takes entries in; of one key the newer wins. Returns how many were written. */
  async import(entries: AsyncIterable<TransferEntry> | Iterable<TransferEntry>): Promise<number> {
    let written = 0;
    let batch: TransferEntry[] = [];
    const flush = async () => {
      written += await putEntries(this.sql, batch, { onConflict: "newer", announce: this.announce() });
      batch = [];
    };
    for await (const entry of entries) {
      batch.push(entry);
      if (batch.length === BATCH) await flush();
    }
    await flush();
    return written;
  }

  /** All living entries in the order they were first kept. */
  async *export(namespace?: string): AsyncGenerator<TransferEntry> {
    let last = 0;
    for (;;) {
      const rows = await this.sql.rows(
        `SELECT id, ${ENTRY_COLUMNS} FROM memory_entries
         WHERE id > $1 AND (CAST($2 AS TEXT) IS NULL OR namespace = $2)
           AND (expires_at_ms IS NULL OR expires_at_ms > $3) ORDER BY id LIMIT $4`,
        [last, namespace ?? null, Date.now(), PAGE],
      );
      for (const row of rows) yield entryFromRow(row);
      if (rows.length < PAGE) return;
      last = Number(rows.at(-1)?.id);
    }
  }

  /** Keys that begin with `prefix`, in alphabetical order. */
  async keys(namespace: string, prefix: string, limit: number): Promise<string[]> {
    const rows = await this.sql.rows(
      `SELECT key FROM memory_entries WHERE namespace = $1 AND substr(key, 1, $2) = $3
         AND (expires_at_ms IS NULL OR expires_at_ms > $4) ORDER BY key LIMIT $5`,
      [namespace, [...prefix].length, prefix, Date.now(), limit],
    );
    return rows.map((row) => String(row.key));
  }

  /** Which of those keys are here. */
  async knownKeys(namespace: string, keys: readonly string[]): Promise<Set<string>> {
    if (keys.length === 0) return new Set();
    const values = new Values();
    const where = values.add(namespace);
    const rows = await this.sql.rows(
      `SELECT key FROM memory_entries WHERE namespace = ${where} AND key IN (${keys.map((key) => values.add(key)).join(", ")})`,
      values.list,
    );
    return new Set(rows.map((row) => String(row.key)));
  }

  async namespaces(prefix: string, limit: number): Promise<string[]> {
    const rows = await this.sql.rows(
      `SELECT DISTINCT namespace FROM memory_entries WHERE substr(namespace, 1, $1) = $2
       ORDER BY namespace LIMIT $3`,
      [[...prefix].length, prefix, limit],
    );
    return rows.map((row) => String(row.namespace));
  }

  /** Removes what has run out; an external memory is told of it like of any other forgetting. */
  async removeExpired(): Promise<void> {
    await this.sql.rows("DELETE FROM memory_entries WHERE expires_at_ms <= $1", [Date.now()]);
  }

  /** Takes in one old file, once and for all: a later call with its name does nothing. A key that is there stays. */
  async takeIn(name: string, entry: TransferEntry): Promise<void> {
    // The mark comes last: between the two, a crash only makes the same entry be kept once more.
    await putEntries(this.sql, [entry], { onConflict: "keep", announce: this.announce() });
    await this.sql.rows("INSERT INTO memory_taken_in (name) VALUES ($1) ON CONFLICT (name) DO NOTHING", [
      name,
    ]);
  }

  /** Keeps an empty entry for a moment of which no external memory hears. */
  async keepQuietly(namespace: string, key: string, ttlMs: number): Promise<void> {
    const entry = { namespace, key, value: "", metadata: {}, tags: [], expiresAtMs: Date.now() + ttlMs };
    await putEntries(this.sql, [entry], { onConflict: "keep", announce: "nobody" });
  }

  async takenIn(): Promise<Set<string>> {
    const rows = await this.sql.rows("SELECT name FROM memory_taken_in");
    return new Set(rows.map((row) => String(row.name)));
  }

  async close(): Promise<void> {
    await this.sql.close();
  }
}
