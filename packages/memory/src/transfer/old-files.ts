import { readdir, readFile, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import type { Logger } from "@ollama-bridge/server-kit";
import * as z from "zod";
import { checkEntry, checkName, type TransferEntry } from "../entry.ts";
import type { MemoryStore } from "../sql/memory-store.ts";

const SUFFIX = ".json";

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

async function readOldFile(file: string, namespace: string): Promise<TransferEntry> {
  const old = oldFileSchema.parse(JSON.parse(await readFile(file, "utf8")));
  const entry = {
    key: old.key ?? basename(file, SUFFIX),
    value: old.value,
    metadata: old.metadata,
    tags: old.tags,
  };
  checkName("key", entry.key);
  checkEntry(entry);
  const written = new Date(old.timestamp ?? Number.NaN).getTime();
  const atMs = Number.isNaN(written) ? Math.round((await stat(file)).mtimeMs) : written;
  return { ...entry, namespace, createdAtMs: atMs, updatedAtMs: atMs };
}
