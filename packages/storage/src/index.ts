export { dataFolder } from "./data-folder.ts";
export { unfitness } from "./inspect-file.ts";
export { type KeyValueFile, openKeyValueStore } from "./key-value-store.ts";
export { type KeyValueTable, keyvOver } from "./keyv-over.ts";
export { SqliteDatabase, type SqliteFile, type SqliteRow, type SqliteValue } from "./sqlite-database.ts";
export { type BackendFailure, backendError } from "./storage-error.ts";
export { type StorageErrorDetails, storageErrors } from "./storage-errors.ts";
