import { randomUUID } from "node:crypto";
import {
  closeSync,
  existsSync,
  linkSync,
  mkdirSync,
  openSync,
  readlinkSync,
  renameSync,
  rmSync,
} from "node:fs";
import { dirname, resolve } from "node:path";
import type { DatabaseSync, StatementSync } from "node:sqlite";
import { setTimeout as sleep } from "node:timers/promises";
import { fileIdentity, inspectFile, refuse } from "./inspect-file.ts";
import { sqliteCode, sqliteError } from "./sqlite-error.ts";
import { backendError } from "./storage-error.ts";

/** A value as SQLite keeps it. */
export type SqliteValue = string | number | bigint | Uint8Array | null;

/** A row by the names of its columns. */
export type SqliteRow = Record<string, SqliteValue>;

/** What makes a database file one of ours. */
export interface SqliteFile {
  file: string;
  /** A 32-bit number in the file's header by which it is known again. */
  applicationId: number;
  /** SQL scripts; the n-th makes version n out of version n-1, the first one out of nothing. */
  migrations: readonly string[];
}

/** Writers wait for each other this long before "database is locked". */
const BUSY_TIMEOUT_MS = 20_000;
const BUSY = 5;
const NOT_SOUND = [11, 26];

/**
 * One SQLite file, shared by any number of processes: write-ahead log, writers wait for each other. Statements
 * are prepared once and run at once, so whatever runs between two `await`s is never mixed with another caller's.
 */
export class SqliteDatabase {
  readonly file: string;
  readonly #database: DatabaseSync;
  readonly #identity: bigint | undefined;
  readonly #statements = new Map<string, StatementSync>();

  private constructor(file: string, database: DatabaseSync) {
    this.file = file;
    this.#database = database;
    this.#identity = fileIdentity(file);
  }

  /**
   * Opens the file, or makes it. A file that is not ours, or damaged, is set aside unchanged.
   * @throws BridgeError MEMORY_BACKEND_ERROR
   */
  static async open({ file: path, applicationId, migrations }: SqliteFile): Promise<SqliteDatabase> {
    const file = withoutLinks(path);
    const deadlineMs = performance.now() + BUSY_TIMEOUT_MS;
    for (;;) {
      let database: DatabaseSync | undefined;
      const { verdict, identity } = inspect(file, applicationId);
      if (verdict === "new") {
        make(file, applicationId);
        continue;
      }
      if (verdict !== "ours") refuse(file, verdict, identity);
      try {
        database = connect(file);
        migrate(database, file, applicationId, migrations);
        // Switching to the log wants the file for itself and does not wait for it: two that start at once try again.
        database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL");
        return new SqliteDatabase(file, database);
      } catch (error) {
        database?.close();
        if (NOT_SOUND.includes(sqliteCode(error))) refuse(file, "damaged", identity);
        if (sqliteCode(error) !== BUSY || performance.now() > deadlineMs) throw sqliteError(file, error);
        await sleep(10);
      }
    }
  }

  /** Runs one statement; `$1`, `$2` … in it stand for `values`. */
  rows(sql: string, values: readonly SqliteValue[] = []): SqliteRow[] {
    if (!this.#database.isOpen || fileIdentity(this.file) !== this.#identity) throw moved(this.file);
    try {
      let statement = this.#statements.get(sql);
      if (statement === undefined) {
        statement = this.#database.prepare(sql);
        this.#statements.set(sql, statement);
      }
      const named: SqliteRow = {};
      for (let index = 0; index < values.length; index++) named[`$${index + 1}`] = values[index] ?? null;
      return statement.all(named) as SqliteRow[];
    } catch (error) {
      throw sqliteError(this.file, error);
    }
  }

  /** All of `work` or nothing of it. It must be done when it returns: a promise would let others in between. */
  transaction<Result>(work: () => Result): Result {
    this.rows("BEGIN IMMEDIATE");
    try {
      const result = work();
      this.rows("COMMIT");
      return result;
    } catch (error) {
      if (this.#database.isTransaction) this.rows("ROLLBACK");
      throw error;
    }
  }

  close(): void {
    if (this.#database.isOpen) this.#database.close();
  }
}

/** SQLite keeps the log beside the file itself, not beside a link to it, and the file may not be there yet. */
function withoutLinks(path: string, linksLeft = 40): string {
  try {
    return linksLeft > 0 ? withoutLinks(resolve(dirname(path), readlinkSync(path)), linksLeft - 1) : path;
  } catch {
    return path; // no link, or nothing at all
  }
}

/** Whose the file is, when this user may write it. */
function inspect(file: string, applicationId: number) {
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    if (existsSync(file)) closeSync(openSync(file, "r+"));
    const identity = fileIdentity(file);
    return { identity, verdict: inspectFile(file, applicationId) };
  } catch (error) {
    throw notWritable(file, error);
  }
}

/**
 * Makes the file for this user alone; what it holds is nobody else's. It comes to its place whole, so that an empty file
 * is never one of ours, and only when no other process was faster.
 */
function make(file: string, applicationId: number): void {
  const temporary = `${file}.new-${randomUUID()}`;
  try {
    closeSync(openSync(temporary, "wx", 0o600));
    const database = connect(temporary);
    database.exec(`PRAGMA application_id = ${applicationId}`);
    database.close();
    putInPlace(temporary, file);
  } catch (error) {
    throw notWritable(file, error);
  } finally {
    rmSync(temporary, { force: true });
  }
}

function putInPlace(temporary: string, file: string): void {
  try {
    linkSync(temporary, file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return;
    // Some file systems have no second names.
    if (!existsSync(file)) renameSync(temporary, file);
  }
}

function connect(file: string): DatabaseSync {
  const { emitWarning } = process;
  // Older versions of Node warn of the module once, on a stderr that is for the log.
  process.emitWarning = () => undefined;
  try {
    // Asked for only now: the module is built in, but reading it costs a start that may never need it.
    const { DatabaseSync } = process.getBuiltinModule("node:sqlite");
    return new DatabaseSync(file, { timeout: BUSY_TIMEOUT_MS });
  } finally {
    process.emitWarning = emitWarning;
  }
}

/** Brings the schema up to date. The first version is written before the log is switched on, so that the header says at once whose file it is. */
function migrate(database: DatabaseSync, file: string, applicationId: number, migrations: readonly string[]) {
  const version = () => Number(database.prepare("PRAGMA user_version").get()?.user_version);
  if (version() > migrations.length) {
    throw backendError({
      backend: "sqlite",
      location: file,
      reason: "newer",
      message: `${file} was written by a newer version of this program`,
      hint: "Update this program, or name another file.",
    });
  }
  if (version() === migrations.length) return;
  database.exec("BEGIN IMMEDIATE");
  try {
    for (const sql of migrations.slice(version())) database.exec(sql);
    database.exec(`PRAGMA application_id = ${applicationId}; PRAGMA user_version = ${migrations.length}`);
    database.exec("COMMIT");
  } catch (error) {
    if (database.isTransaction) database.exec("ROLLBACK");
    throw error;
  }
}

function moved(file: string) {
  return backendError({
    backend: "sqlite",
    location: file,
    reason: "moved",
    message: `${file} was moved, removed or emptied while it was open`,
    hint: "Call again to open what is there now.",
  });
}

function notWritable(file: string, cause: unknown) {
  const { code, message } = cause as NodeJS.ErrnoException;
  return backendError({
    backend: "sqlite",
    location: file,
    reason:
      code === "EACCES" || code === "EROFS" || code === "EPERM"
        ? "read-only"
        : code === "ENOSPC"
          ? "full"
          : "unavailable",
    message: `The database ${file} cannot be opened for writing (${message})`,
    hint: "Check that the path is right and that this user may write there, or name another place.",
    cause,
  });
}
