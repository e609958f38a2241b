export { BridgeError, isBridgeError } from "@ollama-bridge/foundation";
export { type MemorySettings, memorySection } from "./config.ts";
export { connect as connectExternal } from "./external/connect.ts";
export { type ExternalServer, findExternal, locationOf } from "./external/find-external.ts";
export { mcpJsonIn } from "./external/mcp-json.ts";
export { type MemoryOptions, openMemory } from "./open-memory.ts";
export type { Embed } from "./search/embedder.ts";
export type { Entry, StoredEntry, TransferEntry } from "./store/entry.ts";
export { MAX_KEY_BYTES, MAX_VALUE_BYTES } from "./store/entry.ts";
export {
  Memory,
  type MemoryCall,
  type MemoryParts,
  type MemorySearch,
  type NewEntry,
  type SearchPage,
} from "./store/memory.ts";
export { MemoryStore } from "./store/memory-store.ts";
export { driverAddress, openPostgres } from "./store/open-postgres.ts";
export { APPLICATION_ID, openSqlite, sqliteFile } from "./store/open-sqlite.ts";
export { postgresError } from "./store/postgres-error.ts";
export { sqliteMigrations } from "./store/sqlite-schema.ts";
