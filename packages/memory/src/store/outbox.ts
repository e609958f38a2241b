import type { TransferEntry } from "./entry.ts";
import { ENTRY_COLUMNS, entryFromRow } from "./entry-table.ts";
import type { Sql } from "./sql.ts";

/** A write that an external memory has not taken yet; of one key there may be several. */
export interface OutboxRow {
  id: number;
  namespace: string;
  key: string;
  action: "put" | "forget";
}

/** Longer than any delivery; who dies with the lease blocks the others no longer than this. */
export const LEASE_MS = 15_000;

/** In the order they were written; those with an id beyond `after`. */
export async function pendingRows(
  sql: Sql,
  target: string,
  { after = 0, limit }: { after?: number | undefined; limit: number },
): Promise<OutboxRow[]> {
  const rows = await sql.rows(
    "SELECT id, namespace, key, action FROM memory_outbox WHERE target = $1 AND id > $2 ORDER BY id LIMIT $3",
    [target, after, limit],
  );
  return rows.map((row) => ({ ...row, id: Number(row.id) }) as OutboxRow);
}

/** What a put wrote, whatever became of the entry since. */
export async function writtenEntry(sql: Sql, { id }: OutboxRow): Promise<TransferEntry | undefined> {
  const [row] = await sql.rows(`SELECT ${ENTRY_COLUMNS} FROM memory_outbox WHERE id = $1`, [id]);
  return row === undefined ? undefined : entryFromRow(row);
}

export async function isPending(sql: Sql, target: string, namespace: string, key: string): Promise<boolean> {
  const rows = await sql.rows(
    "SELECT 1 AS found FROM memory_outbox WHERE target = $1 AND namespace = $2 AND key = $3 LIMIT 1",
    [target, namespace, key],
  );
  return rows.length > 0;
}

/** The write was taken; an earlier one of its key that was refused would now only bring an old value back. */
export async function removeDelivered(sql: Sql, { id, namespace, key }: OutboxRow): Promise<void> {
  await sql.rows(
    `DELETE FROM memory_outbox WHERE namespace = $1 AND key = $2 AND id <= $3
       AND target = (SELECT target FROM memory_outbox WHERE id = $3)`,
    [namespace, key, id],
  );
}

/** Queues the forgetting of a key that only the external memory may hold. */
export async function queueForget(sql: Sql, target: string, namespace: string, key: string): Promise<void> {
  await sql.rows("INSERT INTO memory_outbox (target, namespace, key, action) VALUES ($1, $2, $3, 'forget')", [
    target,
    namespace,
    key,
  ]);
}

/** Of all processes on one store only one delivers to a target, or an old value could overtake a new one. */
export async function takeLease(sql: Sql, target: string, holder: string): Promise<boolean> {
  const now = Date.now();
  // Clocks differ from machine to machine, and a statement waits: a lease that ends a little later than ours would is
  // still held. One that ends far later was written before the clock was set back.
  const rows = await sql.rows(
    `INSERT INTO memory_leases (target, holder, until_ms) VALUES ($1, $2, $3)
     ON CONFLICT (target) DO UPDATE SET holder = excluded.holder, until_ms = excluded.until_ms
     WHERE memory_leases.holder = excluded.holder OR memory_leases.until_ms <= $4
       OR memory_leases.until_ms > $5
     RETURNING holder`,
    [target, holder, now + LEASE_MS, now, now + 2 * LEASE_MS],
  );
  return rows.length > 0;
}

export async function giveBackLease(sql: Sql, target: string, holder: string): Promise<void> {
  await sql.rows("DELETE FROM memory_leases WHERE target = $1 AND holder = $2", [target, holder]);
}

/** The keys that wait to be forgotten, or have run out: what an external memory still says of them is old. */
export async function forgottenKeys(sql: Sql, namespace: string): Promise<Set<string>> {
  const rows = await sql.rows(
    `SELECT key FROM memory_outbox WHERE namespace = $1 AND action = 'forget'
     UNION SELECT key FROM memory_entries WHERE namespace = $1 AND expires_at_ms <= $2`,
    [namespace, Date.now()],
  );
  return new Set(rows.map((row) => String(row.key)));
}

/** Lets what waits for one target, or is known to it, go to another; with no other, nobody is told any more. */
export async function retarget(sql: Sql, from: string, to: string | undefined): Promise<void> {
  await sql.rows("UPDATE memory_entries SET target = $1 WHERE target = $2", [to ?? null, from]);
  if (to === undefined) await sql.rows("DELETE FROM memory_outbox WHERE target = $1", [from]);
  else await sql.rows("UPDATE memory_outbox SET target = $1 WHERE target = $2", [to, from]);
}
