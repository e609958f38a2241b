import { constants } from "node:fs";
import { open, readdir } from "node:fs/promises";
import { basename, join } from "node:path";
import { decodeText, readUpTo } from "@ollama-bridge/foundation";
import type { Logger } from "@ollama-bridge/server-kit";
import * as z from "zod";
import { checkEntry, checkName, MAX_ENTRY_JSON_BYTES, type TransferEntry } from "../store/entry.ts";
import type { MemoryStore } from "../store/memory-store.ts";

const SUFFIX = ".json";
/** Neither a link to somewhere else nor a pipe that nobody writes to. */
const FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOFOLLOW ?? 0);

const oldFileSchema = z.looseObject({
  key: z.string().optional(),
  value: z.string(),
  metadata: z.record(z.string(), z.unknown()).default({}),
  tags: z.array(z.string()).default([]),
  timestamp: z.union([z.string(), z.number()]).optional(),
});

/**
 * Takes in files `<key>.json`, as an older system kept one entry each, once: what is forgotten later stays forgotten.
 * The files stay as they are. One that cannot be read is named in a warning, and looked at again next time.
 */
export async function takeInOldFiles(
  store: MemoryStore,
  folder: string,
  namespace: string,
  log: Logger,
): Promise<void> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith(SUFFIX)).sort();
  if (names.length === 0) return;
  const known = await store.takenIn();
  for (const name of names) {
    if (known.has(name)) continue;
    const file = join(folder, name);
    let entry: TransferEntry;
    try {
      entry = await readOldFile(file, namespace);
    } catch (error) {
      log.warn(
        { file, err: (error as Error).message },
        `${file} is not an entry of an older memory; it is left alone`,
      );
      continue;
    }
    await store.takeIn(name, entry);
    log.info({ file }, `took in ${file}`);
  }
}

async function readOldFile(path: string, namespace: string): Promise<TransferEntry> {
  const { text, changedAtMs } = await readText(path);
  const old = oldFileSchema.parse(JSON.parse(text));
  const entry = {
    key: old.key ?? basename(path, SUFFIX),
    value: old.value,
    metadata: old.metadata,
    tags: old.tags,
  };
  checkName("key", entry.key);
  checkEntry(entry);
  const written = new Date(old.timestamp ?? Number.NaN).getTime();
  const atMs = Number.isNaN(written) ? changedAtMs : written;
  return { ...entry, namespace, createdAtMs: atMs, updatedAtMs: atMs };
}

async function readText(path: string): Promise<{ text: string; changedAtMs: number }> {
  const file = await open(path, FLAGS);
  try {
    const stats = await file.stat();
    if (!stats.isFile()) throw new Error("it is not a file");
    const bytes = await readUpTo(file, MAX_ENTRY_JSON_BYTES);
    if (bytes === undefined) throw new Error(`it is larger than ${MAX_ENTRY_JSON_BYTES} bytes`);
    const text = decodeText(bytes);
    if (text === undefined) throw new Error("it is not a text");
    return { text, changedAtMs: Math.round(stats.mtimeMs) };
  } finally {
    await file.close();
  }
}
