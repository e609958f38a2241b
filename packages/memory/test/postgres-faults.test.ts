import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { MemoryStore } from "../src/store/memory-store.ts";
import { openPostgres } from "../src/store/open-postgres.ts";
import { MemoryClient } from "./memory-client.ts";
import { addressOf, execute, makeTeamDatabase } from "./postgres-client.ts";
import { createTestPostgres, postgresFolder, type TestPostgres } from "./start-postgres.ts";

const folder = postgresFolder();
if (folder === undefined)
  process.stderr.write("\nSKIPPED: there is no Postgres on this machine; its faults are not tested.\n");

describe.skipIf(folder === undefined)("a Postgres with a fault", () => {
  let postgres: TestPostgres;
  beforeAll(async () => {
    postgres = await createTestPostgres(folder as string);
    await postgres.start();
    await makeTeamDatabase(postgres.url);
    await execute(
      postgres.url,
      "CREATE DATABASE empty",
      "CREATE DATABASE latin ENCODING 'LATIN1' TEMPLATE template0",
      "CREATE ROLE crowded LOGIN CONNECTION LIMIT 0",
      "CREATE ROLE standby LOGIN",
      "ALTER ROLE standby SET default_transaction_read_only = on",
    );
    await execute(
      addressOf(postgres.url, { database: "team" }),
      "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO standby",
    );
  });
  afterAll(() => postgres?.remove());

  it.each([
    ["no such database", { database: "nowhere" }, /create it, or name another/],
    ["no such role", { role: "stranger" }, /user and password/],
    ["too many connections", { database: "team", role: "crowded" }, /max_connections.*PgBouncer/],
    ["no TLS at the server", { query: "?sslmode=require" }, /does not support TLS/],
    ["a certificate that is not there", { query: "?sslrootcert=/nowhere/ca.pem" }, /sslrootcert/],
    ["no tables, and no right to make them", { database: "empty", role: "reader" }, /GRANT CREATE ON SCHEMA/],
  ])("has a hint that fits: %s", async (_, where, hint) => {
    await expect(openPostgres(addressOf(postgres.url, where))).rejects.toMatchObject({
      code: "MEMORY_BACKEND_ERROR",
      hint: expect.stringMatching(hint),
    });
  });

  it("says which encoding a text needs", async () => {
    const store = new MemoryStore(await openPostgres(addressOf(postgres.url, { database: "latin" })));
    const keep = (value: string) => store.entries("n").set("k", { value, metadata: {}, tags: [] });
    await keep("grün");
    await expect(keep("緑")).rejects.toMatchObject({ hint: expect.stringMatching(/ENCODING 'UTF8'/) });
    await store.close();
  });

  it("is searched where the server takes no writes, and a write names the primary", async () => {
    const url = addressOf(postgres.url, { database: "team", role: "standby" });
    const memory = await MemoryClient.start({ MEMORY_URL: url });
    expect((await memory.data("search_memories", { query: "anything" })).total).toBe(0);
    const { text } = await memory.call("remember_consult", { key: "k", value: "v" });
    expect(text).toMatch(/read-only transaction.*name the primary in MEMORY_URL/);
    await memory.close();
  });

  it("leaves the log JSON, whatever the driver has to say", async () => {
    const url = addressOf(postgres.url, { database: "team", query: "?sslmode=require" });
    const memory = await MemoryClient.start({ MEMORY_URL: url, LOG_LEVEL: "debug" });
    const { text } = await memory.call("recall", { key: "k" });
    expect(text).toMatch(/does not support TLS/);
    await memory.close();
    for (const line of memory.log.join("").split("\n").filter(Boolean))
      expect(JSON.parse(line)).toHaveProperty("level");
  });

  it("sees no deadlock when the same keys are taken in from many sides in any order", async () => {
    const url = addressOf(postgres.url, { database: "team" });
    const stores = await Promise.all([1, 2, 3, 4].map(async () => new MemoryStore(await openPostgres(url))));
    const keys = Array.from({ length: 50 }, (_, index) => `key ${(index * 7) % 50}`);
    let atMs = Date.now();
    for (let round = 0; round < 30; round++) {
      await Promise.all(
        stores.map((store, index) => {
          const updatedAtMs = atMs++;
          const order = index % 2 === 0 ? keys : [...keys].reverse();
          const value = { value: `by ${index}`, metadata: {}, tags: ["shared"], namespace: "crowd" };
          return store.import(order.map((key) => ({ ...value, key, updatedAtMs })));
        }),
      );
    }
    const [counted] = (await stores[0]?.sql.rows(
      "SELECT (SELECT count(*) FROM memory_entries WHERE namespace = 'crowd') AS entries",
    )) ?? [undefined];
    expect(counted).toEqual({ entries: 50 });
    await Promise.all(stores.map((store) => store.close()));
    expect(postgres.said()).not.toMatch(/deadlock/);
  });
});
