import type { Logger, Settings } from "@ollama-bridge/server-kit";
import type { MemorySettings } from "../config.ts";
import { takeInOldFiles } from "../transfer/old-files.ts";
import type { Announce } from "./entry-table.ts";
import { isReadOnly } from "./is-read-only.ts";
import { MemoryStore } from "./memory-store.ts";
import { openSqlite, sqliteFile } from "./open-sqlite.ts";

/** What goes with opening a store. */
export interface OpeningStore {
  log: Logger;
  /** Who hears of every write, and of what is taken in. */
  announce: () => Announce;
  /** How the driver of Postgres is installed. */
  driverHint?: string | undefined;
}

/**
 * Opens the configured store and takes in what an older system left in its folder.
 * @throws BridgeError MEMORY_BACKEND_ERROR
 */
export async function openStore(
  { env }: Pick<Settings, "env">,
  { url, dir }: MemorySettings,
  namespace: string,
  { log, announce, driverHint }: OpeningStore,
): Promise<MemoryStore> {
  const store = new MemoryStore(await openSql(url, dir, env, driverHint));
  store.announce = announce;
  try {
    await store.removeExpired();
    if (dir !== undefined) await takeInOldFiles(store, dir, namespace, log);
    return store;
  } catch (error) {
    if (isReadOnly(error)) {
      log.info({ err: (error as Error).message }, "the memory can only be read: what it holds is found");
      return store;
    }
    await store.close();
    throw error;
  }
}

async function openSql(url: string, dir: string | undefined, env: NodeJS.ProcessEnv, driverHint?: string) {
  if (url.startsWith("sqlite:")) return openSqlite(sqliteFile(url, dir, env));
  const { openPostgres } = await import("./open-postgres.ts");
  return openPostgres(url, driverHint);
}
