import { closeSync, existsSync, openSync, readSync, renameSync, statSync } from "node:fs";
import { backendError } from "./storage-error.ts";

const HEADER_BYTES = 100;
const MAGIC = "SQLite format 3\0";
/** Where the file format keeps the length of its pages. */
const PAGE_SIZE_OFFSET = 16;
/** Where it keeps the id of the program that owns the file. */
const APPLICATION_ID_OFFSET = 68;

/**
 * Whose file this is, read from its first bytes alone: SQLite itself might already change what it opens.
 * An empty or missing file is nobody's.
 */
export function inspectFile(file: string, applicationId: number): "ours" | "new" | "foreign" | "damaged" {
  if (!existsSync(file)) return "new";
  const header = Buffer.alloc(HEADER_BYTES);
  const descriptor = openSync(file, "r");
  try {
    const length = readSync(descriptor, header, 0, HEADER_BYTES, 0);
    if (length === 0) return "new";
    if (length < HEADER_BYTES || header.toString("latin1", 0, MAGIC.length) !== MAGIC) return "damaged";
  } finally {
    closeSync(descriptor);
  }
  if (header.readInt32BE(APPLICATION_ID_OFFSET) !== applicationId) return "foreign";
  return isCutShort(file, header.readUInt16BE(PAGE_SIZE_OFFSET)) ? "damaged" : "ours";
}

/** A file without a journal that could complete it consists of whole pages; SQLite would not miss a part of the last. */
function isCutShort(file: string, pageSize: number): boolean {
  const { size } = statSync(file);
  const bytes = pageSize === 1 ? 65_536 : pageSize; // as the format writes what 16 bits cannot hold
  return size % bytes !== 0 && !existsSync(`${file}-wal`) && !existsSync(`${file}-journal`);
}

/** The file's identity: it stays when the file grows, and changes when another takes its path. */
export function fileIdentity(file: string): bigint | undefined {
  return statSync(file, { bigint: true, throwIfNoEntry: false })?.ino;
}

/**
 * Moves a file that is not a database of ours out of the way, unchanged, with its journals. Another process may
 * have done so just now and begun a new file: only the one that was looked at is moved.
 * @throws BridgeError MEMORY_BACKEND_ERROR always: the caller is to hear of it.
 */
export function setAside(file: string, verdict: "foreign" | "damaged", identity: bigint | undefined): never {
  const aside = `${file}.set-aside-${new Date().toISOString().replace(/[:.]/g, "-")}`;
  if (identity !== undefined && fileIdentity(file) === identity) {
    for (const suffix of ["-wal", "-shm", "-journal", ""]) {
      if (existsSync(file + suffix)) renameSync(file + suffix, aside + suffix);
    }
  }
  const what = verdict === "foreign" ? "belongs to another program" : "is damaged or was only half written";
  throw backendError({
    backend: "sqlite",
    location: file,
    reason: verdict,
    message: `${file} ${what}. It was set aside, unchanged, as ${aside}`,
    hint: "Call again to start with a new, empty database, or put the right file in its place first.",
  });
}
