import { driverAddress, postgresError } from "@ollama-bridge/memory";
import type { Check } from "./check.ts";

const CONNECT_TIMEOUT_MS = 4_000;

/** Whether the database can be reached and written, found out without writing. */
export async function checkPostgres(name: string, url: string): Promise<Check> {
  const { default: pg } = await import("pg");
  const { host = "", pathname = "", username: user = "" } = URL.parse(url) ?? {};
  const location = `postgres://${host}${pathname}`;
  const details = { backend: "postgres", location };
  const client = new pg.Client({
    connectionString: driverAddress(url),
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    query_timeout: CONNECT_TIMEOUT_MS,
  });
  client.on("error", () => undefined); // the query that it breaks tells
  try {
    await client.connect();
    const { rows } = await client.query(MAY_WRITE);
    if (rows[0]?.may_write) return { name, status: "ok", message: `${location} can be written`, details };
    const hint = "Give the user of MEMORY_URL the right to create tables, on a server that takes writes.";
    return { name, status: "problem", message: `${location} answers but cannot be written`, hint, details };
  } catch (error) {
    const message = `${location}: ${(error as Error).message || "no connection"}`;
    const { hint } = postgresError({ location, user }, error);
    return { name, status: "problem", message, hint, details };
  } finally {
    await client.end();
  }
}

const MAY_WRITE = `SELECT current_setting('transaction_read_only') = 'off' AND CASE
  WHEN to_regclass('memory_entries') IS NULL THEN has_schema_privilege(current_schema(), 'CREATE')
  ELSE has_table_privilege('memory_entries', 'INSERT') END AS may_write`;
