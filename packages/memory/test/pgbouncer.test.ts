import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { MemoryStore } from "../src/store/memory-store.ts";
import { openPostgres } from "../src/store/open-postgres.ts";
import { storeContract } from "../src/testing.ts";
import { MemoryClient, temporaryFolder } from "./memory-client.ts";
import { makeTeamDatabase } from "./postgres-client.ts";
import { pgBouncerProgram, startPgBouncer, type TestPgBouncer } from "./start-pgbouncer.ts";
import { createTestPostgres, postgresFolder, type TestPostgres } from "./start-postgres.ts";

const folder = postgresFolder();
const program = pgBouncerProgram();
if (folder === undefined || program === undefined)
  process.stderr.write(
    `\nSKIPPED: there is no ${folder === undefined ? "Postgres" : "PgBouncer"} on this machine; a store behind PgBouncer is not tested.\n`,
  );

describe.skipIf(folder === undefined || program === undefined)("a store behind PgBouncer", () => {
  let postgres: TestPostgres;
  let bouncer: TestPgBouncer;
  let store: MemoryStore;
  beforeAll(async () => {
    postgres = await createTestPostgres(folder as string);
    await postgres.start();
    await makeTeamDatabase(postgres.url);
    bouncer = await startPgBouncer(program as string, postgres.url, ["postgres", "writer", "reader"]);
    const url = bouncer.url("postgres", "postgres");
    const [first, second] = await Promise.all([openPostgres(url), openPostgres(url)]);
    store = new MemoryStore(first);
    await second.close();
  });
  afterAll(async () => {
    await store?.close();
    await bouncer?.stop();
    await postgres?.remove();
  });

  for (const { name, run } of storeContract) it(name, () => run(store, name));

  it("serves every tool, to a role that may only write rows and to one that may only read them", async () => {
    const home = temporaryFolder();
    const start = (role: string) =>
      MemoryClient.start({
        MEMORY_DIR: home.path,
        MEMORY_URL: bouncer.url(role, "team"),
        LOG_LEVEL: "debug",
      });
    const writer = await start("writer");
    const entry = { key: "plan", value: "we ship on Friday", tags: ["release"], namespace: "team" };
    expect(await writer.data("remember_consult", entry)).toMatchObject({ stored: true, backend: "postgres" });
    await writer.data("remember_consult", { ...entry, key: "wrong" });
    expect(await writer.data("forget", { key: "wrong", namespace: "team" })).toEqual({ forgotten: true });

    const reader = await start("reader");
    const where = { namespace: "team" };
    expect(await reader.data("recall", { key: "plan", ...where })).toMatchObject({ value: entry.value });
    const found = await reader.data("search_memories", { query: "ship", tags: ["release"], ...where });
    expect(found).toMatchObject({ total: 1, results: [{ key: "plan" }] });
    for (const [tool, args] of [
      ["remember_consult", { ...entry, value: "changed" }],
      ["forget", { key: "plan", ...where }],
    ] as const) {
      const refused = await reader.call(tool, args);
      expect(refused.error).toMatchObject({
        code: "MEMORY_BACKEND_ERROR",
        details: { attempts: [{ reason: "read-only" }] },
      });
      expect(refused.text).toMatch(/permission denied for table memory_entries/);
      expect(refused.text).toMatch(/GRANT SELECT, INSERT, UPDATE, DELETE ON memory_entries, .* TO "reader"/);
    }
    expect((await reader.data("recall", { key: "plan", ...where })).value).toBe(entry.value);
    await Promise.all([writer.close(), reader.close()]);
    for (const line of [...writer.log, ...reader.log].join("").split("\n").filter(Boolean))
      expect(JSON.parse(line)).toHaveProperty("level");
    home.remove();
  });

  it("names a parameter of the address that PgBouncer does not take", async () => {
    const url = `${bouncer.url("writer", "team")}?options=-c%20search_path%3Dother`;
    await expect(openPostgres(url)).rejects.toMatchObject({
      code: "MEMORY_BACKEND_ERROR",
      message: expect.stringMatching(/unsupported startup parameter.*options/),
      hint: expect.stringMatching(/PgBouncer.*ALTER ROLE/),
    });
  });
});
