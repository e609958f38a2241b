import { accessSync, constants, existsSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { APPLICATION_ID, sqliteFile, sqliteMigrations } from "@ollama-bridge/memory";
import { unfitness } from "@ollama-bridge/storage";
import type { Check } from "./check.ts";

const BUSY_MS = 1_000;

/** Whether the file can be written, found out without writing: a transaction is begun and taken back. */
export function checkSqlite(
  name: string,
  url: string,
  folder: string | undefined,
  env: NodeJS.ProcessEnv,
): Check {
  const file = sqliteFile(url, folder, env);
  const details = { backend: "sqlite", location: file };
  const failed = (why: string, hint: string): Check => ({
    name,
    status: "problem",
    message: `${file} ${why}`,
    hint,
    details,
  });
  const place = existingPart(file);
  try {
    accessSync(place, constants.W_OK);
  } catch {
    return failed("cannot be written by this user", `Give the right to write ${place}, or set MEMORY_DIR.`);
  }
  if (place !== file && !statSync(place).isDirectory())
    return failed(`cannot be made: ${place} is not a folder`, "Set MEMORY_DIR to a folder.");
  const hint =
    "Restore it from a backup, with what lies beside it, or move all of it away; or set MEMORY_DIR.";
  try {
    const why = unfitness(file, APPLICATION_ID) ?? (place === file ? unusable(file) : undefined);
    if (why !== undefined) return failed(why, hint);
  } catch (error) {
    return failed(`cannot be opened (${(error as Error).message})`, hint);
  }
  const message = place === file ? `${file} can be written` : `${file} comes with the first entry`;
  return { name, status: "ok", message, details };
}

/** The path, or the nearest folder above it that is there. */
const existingPart = (path: string): string =>
  existsSync(path) || dirname(path) === path ? path : existingPart(dirname(path));

function unusable(file: string): string | undefined {
  // With writes that are not in the file yet, closing it would bring them there. Whoever has it open, or the next, does.
  const journal = `${file}-wal`;
  const isInUse = existsSync(journal) && statSync(journal).size > 0;
  // By an import, older versions of Node would say on stderr that the module is experimental.
  const { DatabaseSync } = process.getBuiltinModule("node:sqlite");
  const database = new DatabaseSync(file, { timeout: BUSY_MS, readOnly: isInUse });
  try {
    const number = (pragma: string) =>
      Number(Object.values(database.prepare(`PRAGMA ${pragma}`).get() ?? {})[0]);
    if (number("user_version") > sqliteMigrations.length)
      return "was written by a newer version of this program";
    if (!isInUse) database.exec("BEGIN IMMEDIATE; ROLLBACK");
    return undefined;
  } finally {
    database.close();
  }
}
