import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, it } from "vitest";
import { storeContract } from "../testing.ts";
import { MemoryStore } from "./memory-store.ts";
import { openSqlite } from "./open-sqlite.ts";

describe("a store in SQLite", () => {
  let folder: string;
  let store: MemoryStore;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "memory-"));
    store = new MemoryStore(await openSqlite(join(folder, "memory.sqlite")));
  });
  afterAll(async () => {
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });

  for (const { name, run } of storeContract) it(name, () => run(store, name));
});
