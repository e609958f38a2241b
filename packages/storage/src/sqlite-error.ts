import { type BackendFailure, backendError } from "./storage-error.ts";

/** SQLite's primary result codes that an operator can do something about. */
const failures: Record<number, [BackendFailure["reason"], what: string, hint: string]> = {
  5: ["busy", "is locked by another program", "Close the program that holds it open and try again."],
  8: ["read-only", "cannot be written", "Give this user write permission on the file and its folder."],
  10: ["unavailable", "could not be read or written", "Check the disk and the file system."],
  11: [
    "damaged",
    "is damaged",
    "Move the file away to start with an empty one, or restore it from a backup; nothing of it was overwritten.",
  ],
  13: ["full", "could not be written, the disk is full", "Free some space on the disk and try again."],
  14: ["unavailable", "cannot be opened", "Check that the path is right and that this user may write there."],
};
failures[6] = failures[5] as (typeof failures)[number];
failures[26] = failures[11] as (typeof failures)[number];

/** The primary result code of an error of SQLite; 0 when it is none. */
export function sqliteCode(error: unknown): number {
  return error instanceof Error && "errcode" in error ? Number(error.errcode) & 0xff : 0;
}

/** MEMORY_BACKEND_ERROR for what an operator can mend; anything else, a defect of ours, as it is. */
export function sqliteError(file: string, error: unknown): unknown {
  const failure = failures[sqliteCode(error)];
  if (failure === undefined) return error;
  const [reason, what, hint] = failure;
  const message = `The database ${file} ${what} (${(error as Error).message})`;
  return backendError({ backend: "sqlite", location: file, reason, message, hint, cause: error });
}
