import type { Keyv } from "keyv";
import { type KeyValueTable, keyvOver } from "./keyv-over.ts";
import { SqliteDatabase } from "./sqlite-database.ts";

const APPLICATION_ID = 0x4f_42_4b_56; // "OBKV"

const migrations = [
  `CREATE TABLE key_values (
     namespace TEXT NOT NULL,
     key TEXT NOT NULL,
     value TEXT NOT NULL,
     expires_at_ms INTEGER,
     PRIMARY KEY (namespace, key)
   ) WITHOUT ROWID;
   CREATE INDEX key_values_by_expiry ON key_values (expires_at_ms) WHERE expires_at_ms IS NOT NULL;`,
];

/** A file of JSON values by namespace and key. */
export interface KeyValueFile {
  /** Get, set, delete and ttl (in ms) on one namespace; what goes wrong is thrown. */
  namespace<Value>(name: string): Keyv<Value>;
  /** The keys of a namespace that begin with the prefix. */
  keys(namespace: string, prefix: string): string[];
  close(): void;
}

/**
 * Opens a key-value store in one SQLite file that several processes may use at once.
 * @throws BridgeError MEMORY_BACKEND_ERROR; a file that is not ours, or damaged, is set aside unchanged.
 *
 * @example
 * import { openKeyValueStore } from "@ollama-bridge/storage";
 *
 * const file = await openKeyValueStore("history.sqlite");
 * await file.namespace<number>("speeds").set("llama3.2", 42, 60_000);
 * file.close();
 */
export async function openKeyValueStore(file: string): Promise<KeyValueFile> {
  const database = await SqliteDatabase.open({ file, applicationId: APPLICATION_ID, migrations });
  database.rows("DELETE FROM key_values WHERE expires_at_ms <= $1", [Date.now()]);
  return {
    namespace: <Value>(name: string) => keyvOver(jsonTable<Value>(database), name),
    keys: (namespace, prefix) =>
      database
        .rows(
          `SELECT key FROM key_values WHERE namespace = $1 AND substr(key, 1, length($2)) = $2
           AND (expires_at_ms IS NULL OR expires_at_ms > $3)`,
          [namespace, prefix, Date.now()],
        )
        .map(({ key }) => String(key)),
    close: () => database.close(),
  };
}

function jsonTable<Value>(database: SqliteDatabase): KeyValueTable<Value> {
  return {
    get(namespace, key) {
      const [row] = database.rows(
        `SELECT value FROM key_values
         WHERE namespace = $1 AND key = $2 AND (expires_at_ms IS NULL OR expires_at_ms > $3)`,
        [namespace, key, Date.now()],
      );
      return row === undefined ? undefined : (JSON.parse(String(row.value)) as Value);
    },
    set(namespace, key, value, expiresAtMs) {
      database.rows(
        `INSERT INTO key_values (namespace, key, value, expires_at_ms) VALUES ($1, $2, $3, $4)
         ON CONFLICT (namespace, key) DO UPDATE SET value = excluded.value, expires_at_ms = excluded.expires_at_ms`,
        [namespace, key, JSON.stringify(value), expiresAtMs],
      );
    },
    delete: (namespace, key) =>
      database.rows("DELETE FROM key_values WHERE namespace = $1 AND key = $2 RETURNING 1", [namespace, key])
        .length > 0,
    clear(namespace) {
      database.rows("DELETE FROM key_values WHERE namespace = $1", [namespace]);
    },
  };
}
