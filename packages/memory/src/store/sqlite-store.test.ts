import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SqliteDatabase } from "@ollama-bridge/storage";
import { afterAll, beforeAll, describe, it } from "vitest";
import { expectOldOutbox, OLD_OUTBOX } from "../contract/old-outbox.ts";
import { storeContract } from "../testing.ts";
import { MemoryStore } from "./memory-store.ts";
import { APPLICATION_ID, openSqlite } from "./open-sqlite.ts";
import { sqliteMigrations } from "./sqlite-schema.ts";

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

  it("takes over what waited in the outbox when that held keys only", async () => {
    const file = join(folder, "old.sqlite");
    const old = await SqliteDatabase.open({
      file,
      applicationId: APPLICATION_ID,
      migrations: sqliteMigrations.slice(0, 1),
    });
    for (const statement of OLD_OUTBOX) old.rows(statement);
    old.close();
    const sql = await openSqlite(file);
    await expectOldOutbox(sql);
    await sql.close();
  });
});
