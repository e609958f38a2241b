import { backendError } from "@ollama-bridge/storage";
import type { Pool as PgPool } from "pg";
import { cannotMakeTables, type FaultPlace, isCollision, postgresError } from "./postgres-error.ts";
import { postgresMigrations } from "./postgres-schema.ts";
import type { Row, Sql, SqlValue } from "./sql.ts";

const CONNECTIONS = 5;
const CONNECT_TIMEOUT_MS = 5_000;
const QUERY_TIMEOUT_MS = 30_000;
/** A statement that ran into another's is run again so often. */
const MOST_TRIES = 5;
/** Held while the tables are made, so that two that start at once do not both make them. */
const SCHEMA_LOCK = 0x4f_42_4d_45;
const BIGINT_TYPE = 20;
/** No right to do it; a server that takes no writes. */
const NOT_ALLOWED = ["42501", "25006"];

/**
 * Connects to the database and makes the tables if they are not there. `driverHint` says how the driver is installed.
 * Nothing of it needs a session of its own, so that a pooler in transaction mode may stand in between: no parameter at
 * the start that it would refuse, no SET, no statement with a name, no lock beyond its transaction.
 * @throws BridgeError MEMORY_BACKEND_ERROR when it cannot be reached or does not allow it.
 */
export async function openPostgres(url: string, driverHint = "Install it: `npm install pg`."): Promise<Sql> {
  const place = { location: withoutSecrets(url), user: userOf(url) };
  const { location } = place;
  const pg = await loadDriver(location, driverHint);
  const pool = new pg.Pool({
    connectionString: driverAddress(url),
    max: CONNECTIONS,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    // Not the server's own timeout: that is a parameter at the start, which PgBouncer refuses.
    query_timeout: QUERY_TIMEOUT_MS,
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
    await bringTables(pool, place);
  } catch (error) {
    await pool.end();
    throw postgresError(place, error);
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
      for (let tries = 1; ; tries++) {
        try {
          const result = await pool.query<Row>(sql, values.map(encoded));
          return result.rows.map(decoded);
        } catch (error) {
          if (!isCollision(error) || tries === MOST_TRIES) throw postgresError(place, error);
        }
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

/** Looks before it changes anything: a role that may only read, or only write rows, finds its tables made. */
async function bringTables(pool: PgPool, place: FaultPlace): Promise<void> {
  const version = await versionOf(pool);
  if (version > postgresMigrations.length) throw newer(place.location);
  if (version === postgresMigrations.length) return;
  try {
    await migrate(pool, place.location);
  } catch (error) {
    throw NOT_ALLOWED.includes((error as { code?: string }).code ?? "")
      ? cannotMakeTables(place, version, error)
      : error;
  }
}

/** 0 when there are no tables. */
async function versionOf(database: Pick<PgPool, "query">): Promise<number> {
  const found = await database.query("SELECT to_regclass('memory_version') IS NOT NULL AS there");
  if (!found.rows[0]?.there) return 0;
  return storedVersion(database);
}

async function storedVersion(database: Pick<PgPool, "query">): Promise<number> {
  const { rows } = await database.query("SELECT version FROM memory_version");
  return Number(rows[0]?.version ?? 0);
}

async function migrate(pool: PgPool, location: string): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query("BEGIN");
    await client.query("SELECT pg_advisory_xact_lock($1)", [SCHEMA_LOCK]);
    // Another may have made the tables meanwhile.
    await client.query("CREATE TABLE IF NOT EXISTS memory_version (version INTEGER NOT NULL)");
    const version = await storedVersion(client);
    if (version > postgresMigrations.length) throw newer(location);
    for (const sql of postgresMigrations.slice(version)) await client.query(sql);
    await client.query("DELETE FROM memory_version");
    await client.query("INSERT INTO memory_version (version) VALUES ($1)", [postgresMigrations.length]);
    await client.query("COMMIT");
  } catch (error) {
    await client.query("ROLLBACK").catch(() => undefined); // the connection may be what failed
    throw error;
  } finally {
    client.release();
  }
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

function userOf(url: string): string {
  const { username = "" } = URL.parse(url) ?? {};
  return username || "of MEMORY_URL";
}

/**
 * The address as the driver is given it. It takes three modes of TLS for `verify-full`, with a warning on stderr that
 * is no line of the log; so it is told `verify-full`.
 */
export function driverAddress(url: string): string {
  if (/[?&]uselibpqcompat=true\b/.test(url)) return url;
  return url.replace(/([?&]sslmode=)(?:prefer|require|verify-ca)(?=&|$)/, "$1verify-full");
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
