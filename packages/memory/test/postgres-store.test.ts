import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { expectOldOutbox, OLD_OUTBOX } from "../src/contract/old-outbox.ts";
import { MemoryStore } from "../src/store/memory-store.ts";
import { openPostgres } from "../src/store/open-postgres.ts";
import { postgresMigrations } from "../src/store/postgres-schema.ts";
import { storeContract } from "../src/testing.ts";
import { createTestPostgres, postgresFolder, type TestPostgres } from "./start-postgres.ts";

const folder = postgresFolder();
if (folder === undefined)
  process.stderr.write("\nSKIPPED: there is no Postgres on this machine; its store is not tested.\n");

describe.skipIf(folder === undefined)("a store in Postgres", () => {
  let postgres: TestPostgres;
  let store: MemoryStore;
  beforeAll(async () => {
    postgres = await createTestPostgres(folder as string);
    await postgres.start();
    // Two that start at once make the tables once.
    const [first, second] = await Promise.all([openPostgres(postgres.url), openPostgres(postgres.url)]);
    store = new MemoryStore(first);
    await second.close();
  });
  afterAll(async () => {
    await store?.close();
    await postgres?.remove();
  });

  for (const { name, run } of storeContract) it(name, () => run(store, name));

  it("takes over what waited in the outbox when that held keys only", async () => {
    const { Client } = await import("pg").then(({ default: pg }) => pg);
    const before = new Client(postgres.url);
    await before.connect();
    await before.query("CREATE DATABASE old");
    await before.end();
    const url = postgres.url.replace(/postgres$/, "old");
    const old = new Client(url);
    await old.connect();
    await old.query(`CREATE TABLE memory_version (version INTEGER NOT NULL); INSERT INTO memory_version VALUES (1);
      ${postgresMigrations[0]}; ${OLD_OUTBOX.join("; ")}`);
    await old.end();
    const sql = await openPostgres(url);
    await expectOldOutbox(sql);
    await sql.close();
  });

  it("answers where it is without user and password", () => {
    expect(store.sql).toMatchObject({ backend: "postgres", location: postgres.url.replace("postgres@", "") });
  });

  it("fails clearly when Postgres stops, with nothing half written, and goes on when it is back", async () => {
    const entries = store.entries("stopped");
    const value = (index: number) => ({ value: `text ${index}`, metadata: {}, tags: ["stopped"] });
    const stored: number[] = [];
    const refused: unknown[] = [];
    let stopping: Promise<void> | undefined;
    for (let index = 0; refused.length < 3; index++) {
      if (index === 100) stopping = postgres.kill();
      await entries.set(`key ${index}`, value(index)).then(
        () => stored.push(index),
        (error: unknown) => refused.push(error),
      );
    }
    await stopping;
    for (const error of refused)
      expect(error).toMatchObject({ code: "MEMORY_BACKEND_ERROR", retryable: true });
    await expect(entries.get("key 0")).rejects.toMatchObject({ code: "MEMORY_BACKEND_ERROR" });

    await postgres.start();
    for (const index of stored) expect(await entries.get(`key ${index}`)).toMatchObject(value(index));
    const counted = await store.sql.rows(
      `SELECT (SELECT count(*) FROM memory_entries WHERE namespace = 'stopped') AS entries,
         (SELECT count(*) FROM memory_tags WHERE tag = 'stopped') AS tags`,
    );
    expect(counted[0]?.tags).toBe(counted[0]?.entries);
  });
});
