import { closeSync, existsSync, openSync, readSync, renameSync, statSync } from "node:fs";
import { backendError } from "./storage-error.ts";
import { isLogDamaged } from "./write-ahead-log.ts";

const HEADER_BYTES = 100;
const MAGIC = "SQLite format 3\0";
/** Where the file format keeps the length of its pages. */
const PAGE_SIZE_OFFSET = 16;
/** Where it keeps the id of the program that owns the file. */
const APPLICATION_ID_OFFSET = 68;

/** What a database file is that cannot be used, in words that follow its name. */
const unfit = {
  foreign: "belongs to another program",
  damaged: "is damaged or was only half written",
  emptied: "was emptied by something else",
  gone: "is gone, while the log of its last changes is still there",
  "log damaged": "has a damaged log (the file beside it that ends in -wal), which holds its last changes",
} as const;

type Unfit = keyof typeof unfit;

/**
 * Whose file this is, read from its first bytes and its log alone: SQLite itself might already change what it opens.
 * None of ours is ever empty: it comes to its place with its first page written.
 */
export function inspectFile(file: string, applicationId: number): "ours" | "new" | Unfit {
  if (!existsSync(file)) {
    // Asked in this order: another process that makes the file makes its log later.
    const isLogLeft = bytesOf(`${file}-wal`) + bytesOf(`${file}-journal`) > 0;
    return isLogLeft && !existsSync(file) ? "gone" : "new";
  }
  const header = Buffer.alloc(HEADER_BYTES);
  const descriptor = openSync(file, "r");
  try {
    const length = readSync(descriptor, header, 0, HEADER_BYTES, 0);
    if (length === 0) return "emptied";
    if (length < HEADER_BYTES || header.toString("latin1", 0, MAGIC.length) !== MAGIC) return "damaged";
  } finally {
    closeSync(descriptor);
  }
  if (header.readInt32BE(APPLICATION_ID_OFFSET) !== applicationId) return "foreign";
  if (isCutShort(file, header.readUInt16BE(PAGE_SIZE_OFFSET))) return "damaged";
  return isLogDamaged(file) ? "log damaged" : "ours";
}

/** Says what is wrong with the file, in words that follow its name; undefined for one of ours, or none. */
export function unfitness(file: string, applicationId: number): string | undefined {
  const verdict = inspectFile(file, applicationId);
  return verdict === "ours" || verdict === "new" ? undefined : unfit[verdict];
}

/** A file without a journal that could complete it consists of whole pages; SQLite would not miss a part of the last. */
function isCutShort(file: string, pageSize: number): boolean {
  const { size } = statSync(file);
  const bytes = pageSize === 1 ? 65_536 : pageSize; // as the format writes what 16 bits cannot hold
  return size % bytes !== 0 && !existsSync(`${file}-wal`) && !existsSync(`${file}-journal`);
}

const bytesOf = (file: string): number => statSync(file, { throwIfNoEntry: false })?.size ?? 0;

/** The file's identity: it stays when the file grows, and changes when another takes its path or it is emptied. */
export function fileIdentity(file: string): bigint | undefined {
  const stats = statSync(file, { bigint: true, throwIfNoEntry: false });
  return stats === undefined || stats.size === 0n ? undefined : stats.ino;
}

/**
 * Refuses a file that is not a sound database of ours, and moves it out of the way, unchanged, with its journals. One whose
 * log alone is damaged stays in its place: most of it is sound, and what to do is for a person to say.
 * Another process may have moved it just now and begun a new file: only the one that was looked at is moved.
 * @throws BridgeError MEMORY_BACKEND_ERROR always: the caller is to hear of it.
 */
export function refuse(file: string, verdict: Unfit, identity: bigint | undefined): never {
  const failure = {
    backend: "sqlite",
    location: file,
    reason: verdict === "foreign" ? verdict : "damaged",
  } as const;
  if (verdict === "log damaged") {
    throw backendError({
      ...failure,
      message: `${file} ${unfit[verdict]}. Nothing was changed`,
      hint: `Restore ${file} together with ${file}-wal from a backup. Without one, move ${file}-wal away: the last changes are lost then, and what is in ${file} stays.`,
    });
  }
  const aside = `${file}.set-aside-${new Date().toISOString().replace(/[:.]/g, "-")}`;
  if (fileIdentity(file) === identity) {
    for (const suffix of ["-wal", "-shm", "-journal", ""]) {
      if (existsSync(file + suffix)) renameSync(file + suffix, aside + suffix);
    }
  }
  throw backendError({
    ...failure,
    message: `${file} ${unfit[verdict]}. It was set aside, unchanged, as ${aside}`,
    hint: "Call again to start with a new, empty database, or put the right file in its place first.",
  });
}
