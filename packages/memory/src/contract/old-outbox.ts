import assert from "node:assert/strict";
import { pendingRows, writtenEntry } from "../store/outbox.ts";
import type { Sql } from "../store/sql.ts";

/** Statements of the first schema, whose outbox held keys only. */
export const OLD_OUTBOX = ["deleted", "rewritten"]
  .map(
    (key) =>
      `INSERT INTO memory_entries (namespace, key, created_at_ms, updated_at_ms, target, announced, tags, metadata,
     title_words, value, value_words) VALUES ('n', '${key}', 1, 2, 'to', 1, '["t"]', '{}', '', 'first', '')`,
  )
  .concat(
    "DELETE FROM memory_entries WHERE key = 'deleted'",
    "UPDATE memory_entries SET value = 'second', announced = 2 WHERE key = 'rewritten'",
  );

/** What the newest schema makes of them. */
export async function expectOldOutbox(sql: Sql): Promise<void> {
  const rows = await pendingRows(sql, "to", { limit: 10 });
  assert.deepEqual(
    rows.map(({ key, action }) => [key, action]),
    [
      ["deleted", "forget"],
      ["rewritten", "put"],
    ],
  );
  const rewritten = rows[1];
  assert.ok(rewritten);
  assert.deepEqual(await writtenEntry(sql, rewritten), {
    namespace: "n",
    key: "rewritten",
    value: "second",
    metadata: {},
    tags: ["t"],
    createdAtMs: 1,
    updatedAtMs: 2,
  });
}
