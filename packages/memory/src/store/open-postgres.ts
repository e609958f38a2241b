import { isBridgeError } from "@ollama-bridge/foundation";
import { backendError } from "@ollama-bridge/storage";
import type { Pool as PgPool, PoolClient } from "pg";
import { postgresMigrations } from "./postgres-schema.ts";
import type { Row, Sql, SqlValue } from "./sql.ts";

const CONNECTIONS = 5;
const CONNECT_TIMEOUT_MS = 5_000;
const STATEMENT_TIMEOUT_MS = 30_000;
/** Held while the tables are made, so that two that start at once do not both make them. */
const SCHEMA_LOCK = 0x4f_42_4d_45;
const BIGINT_TYPE = 20;

/**
 * Connects to the database and makes the tables if they are not there. `driverHint` says how the driver is installed.
 * @throws BridgeError MEMORY_BACKEND_ERROR when it cannot be reached or does not allow it.
 */
export async function openPostgres(url: string, driverHint = "Install it: `npm install pg`."): Promise<Sql> {
  const location = withoutSecrets(url);
  const pg = await loadDriver(location, driverHint);
  const pool = new pg.Pool({
    connectionString: url,
    max: CONNECTIONS,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    query_timeout: STATEMENT_TIMEOUT_MS + 1_000,
    application_name: "ollama-bridge-memory",
    // A server or a script that is done is not kept alive by idle connections.
    allowExitOnIdle: true,
    types: {
      getTypeParser: (type, format) =>
        type === BIGINT_TYPE ? Number : pg.types.getTypeParser(type as number, format as "text"),
    },
  });
  // An idle connection that breaks is replaced when the next is needed; that one tells if it cannot be.
  pool.on("error", () => undefined);
  try {
    await migrate(pool, location);
  } catch (error) {
    await pool.end();
    throw postgresError(location, error);
  }
  return {
    backend: "postgres",
    location,
    textSearch: {
      from: "memory_entries e",
      matches: (query) => `e.words @@ to_tsquery('memory_text', ${query})`,
      score: (query) => `ts_rank(e.words, to_tsquery('memory_text', ${query}))`,
      query: (words, which) =>
        which === "all"
          ? words.map((word) => `'${word}'`).join(" & ")
          : words.map((word) => `'${word}':*`).join(" | "),
    },
    async rows(sql, values = []) {
      try {
        const result = await pool.query<Row>(sql, values.map(encoded));
        return result.rows.map(decoded);
      } catch (error) {
        throw postgresError(location, error);
      }
    },
    close: () => pool.end(),
  };
}

/** The driver comes with the bridge; beside a single server it is installed by those who have a Postgres. */
async function loadDriver(location: string, hint: string) {
  try {
    return (await import("pg")).default;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ERR_MODULE_NOT_FOUND") throw error;
    throw backendError({
      backend: "postgres",
      location,
      reason: "unavailable",
      message: `The driver for ${location}, the package pg, is not installed`,
      hint,
      cause: error,
    });
  }
}

async function migrate(pool: PgPool, location: string): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query("BEGIN");
    await client.query("SELECT pg_advisory_xact_lock($1)", [SCHEMA_LOCK]);
    await client.query("CREATE TABLE IF NOT EXISTS memory_version (version INTEGER NOT NULL)");
    const { rows } = await client.query<{ version: number }>("SELECT version FROM memory_version");
    const version = rows[0]?.version ?? 0;
    if (version > postgresMigrations.length) throw newer(location);
    await applyMigrations(client, version);
    await client.query("COMMIT");
  } catch (error) {
    await client.query("ROLLBACK").catch(() => undefined); // the connection may be what failed
    throw error;
  } finally {
    client.release();
  }
}

async function applyMigrations(client: PoolClient, version: number): Promise<void> {
  const missing = postgresMigrations.slice(version);
  for (const sql of missing) await client.query(sql);
  if (missing.length === 0) return;
  await client.query("DELETE FROM memory_version");
  await client.query("INSERT INTO memory_version (version) VALUES ($1)", [postgresMigrations.length]);
}

// Postgres keeps every character but one in its texts: that one, and the one that stands for it, are written in two.
const NUL = "\0";
const ESCAPE = "\x01";

function encoded(value: SqlValue): SqlValue {
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  if (typeof value !== "string") return value;
  return value.replaceAll(ESCAPE, `${ESCAPE}1`).replaceAll(NUL, `${ESCAPE}0`);
}

function decoded(row: Row): Row {
  for (const [column, value] of Object.entries(row)) {
    if (typeof value === "string" && value.includes(ESCAPE))
      row[column] = value.replaceAll(`${ESCAPE}0`, NUL).replaceAll(`${ESCAPE}1`, ESCAPE);
  }
  return row;
}

/** Host, port and database; no user, no password. */
function withoutSecrets(url: string): string {
  const parsed = URL.parse(url);
  return parsed === null ? "postgres" : `postgres://${parsed.host}${parsed.pathname}`;
}

function newer(location: string) {
  return backendError({
    backend: "postgres",
    location,
    reason: "newer",
    message: `The tables in ${location} were made by a newer version of this program`,
    hint: "Update this program, or name another database.",
  });
}

function postgresError(location: string, error: unknown) {
  if (isBridgeError(error)) return error;
  const { code = "", message } = error as Error & { code?: string };
  return backendError({
    backend: "postgres",
    location,
    reason: code === "53100" ? "full" : code === "25006" ? "read-only" : "unavailable",
    message: `The database ${location} failed: ${message || code}`,
    hint: "Check that Postgres is running there, and that MEMORY_URL names a user who may create tables.",
    cause: error,
  });
}
