export { type MemorySettings, memorySection } from "./config.ts";
export type { Entry, StoredEntry, TransferEntry } from "./entry.ts";
export { MAX_KEY_BYTES, MAX_VALUE_BYTES } from "./entry.ts";
export { Memory, type MemoryCall, type SearchPage } from "./memory.ts";
export { MemoryStore } from "./sql/memory-store.ts";
export { openPostgres } from "./sql/open-postgres.ts";
export { openSqlite } from "./sql/open-sqlite.ts";
