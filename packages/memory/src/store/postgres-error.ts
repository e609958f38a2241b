import { isBridgeError } from "@ollama-bridge/foundation";
import { type BackendFailure, backendError } from "@ollama-bridge/storage";

/** Where a fault was met. */
export interface FaultPlace {
  /** Host, port and database. */
  location: string;
  /** The role that the address names. */
  user: string;
}

/** What can be done about a fault. */
interface Remedy {
  reason: BackendFailure["reason"];
  hint: string;
}

/** The tables that a role needs rights on. */
const TABLES =
  "memory_entries, memory_tags, memory_vectors, memory_outbox, memory_leases, memory_taken_in, memory_version";

const unavailable = (hint: string): Remedy => ({ reason: "unavailable", hint });

const certificate = unavailable(
  "The server's TLS certificate is not trusted: add ?sslmode=verify-full&sslrootcert=FILE with the certificate of its authority to MEMORY_URL, or ?sslmode=no-verify to encrypt without that check.",
);
const noTls = unavailable(
  "The server does not support TLS: remove sslmode and ssl from MEMORY_URL, or add ?sslmode=disable, on a network that you trust.",
);
const notLetIn = unavailable(
  "Check user and password in MEMORY_URL. A server that lets this user in only with TLS needs ?sslmode=require there; else its pg_hba.conf must name the user, the database and this machine.",
);
const encoding = unavailable(
  "The database's encoding cannot hold this text. Make one that can, and name it in MEMORY_URL: CREATE DATABASE memory ENCODING 'UTF8' TEMPLATE template0;",
);
const tooMany = unavailable(
  "Close other programs' connections, raise max_connections (or the pooler's max_client_conn), or put a pooler such as PgBouncer in between; then try again.",
);
const collided = unavailable("Other writers conflicted each time, and nothing was changed. Try again.");
const gone = unavailable(
  "The network or the server closed the connection, or did not answer in time. Try again; if it keeps failing, check the server's load and the network.",
);
const starting = unavailable("The server is starting or stopping: try again in a moment.");
const notThere = unavailable("Check host and port in MEMORY_URL, and that Postgres is running there.");
const readOnlyServer: Remedy = {
  reason: "read-only",
  hint: "This server or session is read-only (a standby, or default_transaction_read_only): name the primary in MEMORY_URL. Reading and searching work here.",
};
const pooler = unavailable(
  "A pooler such as PgBouncer refused; it says why above. Check that it knows this database and user; move parameters that it rejects (options=…) from MEMORY_URL to ALTER ROLE … SET.",
);

/** By SQLSTATE, or by the code of Node's own errors. */
const byCode: Record<string, Remedy> = {
  "08P01": pooler,
  "22021": encoding,
  "22P05": encoding,
  "25006": readOnlyServer,
  "28000": notLetIn,
  "28P01": notLetIn,
  "3D000": unavailable("The server has no such database: create it, or name another one in MEMORY_URL."),
  "3F000": unavailable("The search path names no schema that exists: create it, or set another search path."),
  "40001": collided,
  "40P01": collided,
  // The tables went while they were in use: they are looked for anew by the next call.
  "42P01": { reason: "moved", hint: "Call again: missing tables are created." },
  "53100": { reason: "full", hint: "Free some space on the server's disk and try again." },
  "53300": tooMany,
  "57014": gone,
  "57P01": starting,
  "57P02": starting,
  "57P03": starting,
  ECONNREFUSED: notThere,
  ENOTFOUND: notThere,
  EAI_AGAIN: notThere,
  EHOSTUNREACH: notThere,
  ETIMEDOUT: notThere,
  ECONNRESET: gone,
  EPIPE: gone,
  ENOENT: unavailable(
    "A file that MEMORY_URL names (sslrootcert, sslcert, sslkey or a socket) is not there.",
  ),
};

/** What the driver says without a code, and what a pooler says with one code for everything. */
const byWords: [says: RegExp, Remedy][] = [
  [/too many (?:clients|connections)|no more connections allowed|connection limit|max_client_conn/i, tooMany],
  [/does not support SSL/i, noTls],
  [/SSL required|(?:requires|without|no) (?:SSL|TLS|encryption)/i, notLetIn],
  [/(?:password|SASL|SCRAM) ?.{0,40}(?:failed|must be|missing)|authentication failed/i, notLetIn],
  [/timeout|terminated|timed out/i, gone],
];

const CERTIFICATE = /^(?:CERT_|DEPTH_|SELF_SIGNED_|UNABLE_TO_|ERR_TLS_|HOSTNAME_MISMATCH)/;
/** The server answered in something else than TLS, or in a version of it that is not spoken here. */
const NO_TLS = /^(?:ERR_SSL_|EPROTO)/;

/** MEMORY_BACKEND_ERROR whose hint fits the fault. */
export function postgresError(place: FaultPlace, error: unknown) {
  if (isBridgeError(error)) return error;
  const { location } = place;
  const { code = "", message } = error as Error & { code?: string };
  const { reason, hint } = remedyOf(place, code, message);
  return backendError({
    backend: "postgres",
    location,
    reason,
    message: `The database ${location} failed: ${message || code}`,
    hint,
    cause: error,
  });
}

function remedyOf({ user }: FaultPlace, code: string, message: string): Remedy {
  if (code === "42501") return { reason: "read-only", hint: grantHint(user) };
  if (CERTIFICATE.test(code)) return certificate;
  if (NO_TLS.test(code)) return noTls;
  const said = code === "" || code === "08P01" ? byWords.find(([says]) => says.test(message)) : undefined;
  return said?.[1] ?? byCode[code] ?? unavailable("Check that Postgres is running there, and MEMORY_URL.");
}

function grantHint(user: string): string {
  return `The role ${user} lacks the privilege. The owner of the tables can grant it: GRANT SELECT, INSERT, UPDATE, DELETE ON ${TABLES} TO "${user}"; (SELECT alone is enough for recall and search_memories).`;
}

/** The tables are missing or old, and this role may not make them. */
export function cannotMakeTables({ location, user }: FaultPlace, version: number, cause: unknown) {
  const what = version === 0 ? "has no tables yet" : "has tables of an older version";
  return backendError({
    backend: "postgres",
    location,
    reason: "read-only",
    message: `The database ${location} ${what}, and the role ${user} may not make them: ${(cause as Error).message}`,
    hint: `Start this program once with a role that can create them: GRANT CREATE ON SCHEMA public TO "${user}"; or the owner's address in MEMORY_URL. After that GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public is enough for "${user}".`,
    cause,
  });
}

/** Another statement was in the way; this one changed nothing and can be run again. */
export function isCollision(error: unknown): boolean {
  const { code = "" } = error as { code?: string };
  return code === "40P01" || code === "40001";
}
