import { describe, expect, it } from "vitest";
import { useMemory } from "../../test/memory-client.ts";

const memory = useMemory();

describe("search_memories", () => {
  it("shows every entry once while others are added that would come before it", async () => {
    const keep = (key: string, value: string) =>
      memory.data("remember_consult", { key, value, namespace: "growing" });
    for (let index = 0; index < 6; index++) await keep(`old ${index}`, "okapi among many other words");
    for (const query of ["okapi", undefined]) {
      const keys: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await memory.data("search_memories", { query, namespace: "growing", limit: 2, cursor });
        keys.push(...page.results.map(({ key }: { key: string }) => key));
        cursor = page.nextCursor;
        if (keys.length <= 6) await keep(`new ${query} ${keys.length}`, "okapi");
      } while (cursor !== undefined);
      expect(new Set(keys).size).toBe(keys.length);
      expect(keys.filter((key) => key.startsWith("old"))).toHaveLength(6);
    }
  });

  it("pages through what it finds, and counts it", async () => {
    for (let index = 0; index < 5; index++)
      await memory.data("remember_consult", {
        key: `note ${index}`,
        value: `zebra number ${index}`,
        namespace: "pages",
      });
    for (const query of ["zebra", undefined]) {
      const search = { query, namespace: "pages", limit: 2 };
      const keys: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await memory.data("search_memories", { ...search, cursor });
        expect(page.total).toBe(5);
        keys.push(...page.results.map(({ key }: { key: string }) => key));
        cursor = page.nextCursor;
      } while (cursor !== undefined);
      expect(new Set(keys).size).toBe(5);
    }
    const { nextCursor } = await memory.data("search_memories", {
      query: "zebra",
      namespace: "pages",
      limit: 2,
    });
    const other = await memory.call("search_memories", {
      query: "lion",
      namespace: "pages",
      cursor: nextCursor,
    });
    expect(other.error).toMatchObject({ code: "VALIDATION_ERROR", details: { path: "cursor" } });
  });

  it("shows where the words stand in a long text", async () => {
    const value = `${"padding text ".repeat(200)}the answer is forty-two exactly ${"and more ".repeat(100)}`;
    await memory.data("remember_consult", { key: "long", value });
    const { results } = await memory.data("search_memories", { query: "answers forty" });
    expect(results[0]).toMatchObject({
      key: "long",
      snippet: expect.stringContaining("answer is forty-two"),
    });
    expect(results[0].snippet.length).toBeLessThan(300);
  });

  it("takes dates as whole days", async () => {
    await memory.data("remember_consult", { key: "today", value: "today", namespace: "days" });
    // By the entry itself: midnight may be near.
    const { created_at } = await memory.data("recall", { key: "today", namespace: "days" });
    const today = created_at.slice(0, 10);
    const total = async (more: object) =>
      (await memory.data("search_memories", { namespace: "days", ...more })).total;
    expect(await total({ since: today, until: today })).toBe(1);
    expect(await total({ until: "2020-01-01" })).toBe(0);
    expect((await memory.call("search_memories", { since: "yesterday" })).error).toMatchObject({
      code: "VALIDATION_ERROR",
      details: { path: "since" },
    });
  });

  it("says clearly that semantic search needs a model, and searches by text without one", async () => {
    const semantic = await memory.call("search_memories", { query: "words", mode: "semantic" });
    expect(semantic.text).toMatch(/^CAPABILITY_UNSUPPORTED: .*embed_model/);
    expect((await memory.call("search_memories", { query: "words", mode: "hybrid" })).status).toBe("success");
  });
});
