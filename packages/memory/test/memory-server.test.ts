import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { MemoryClient, temporaryFolder } from "./memory-client.ts";

const folder = temporaryFolder();
let memory: MemoryClient;
beforeAll(async () => {
  memory = await MemoryClient.start({ MEMORY_DIR: folder.path });
});
afterAll(async () => {
  await memory.close();
  folder.remove();
});

describe("the server ollama-memory", () => {
  it("lists its tools without having opened anything", async () => {
    const { tools } = await memory.client.listTools();
    expect(tools.map(({ name }) => name)).toEqual([
      "remember_consult",
      "recall",
      "search_memories",
      "forget",
    ]);
    for (const { description = "", annotations } of tools) {
      expect(description.length).toBeLessThanOrEqual(400);
      expect(annotations).toMatchObject({
        readOnlyHint: expect.any(Boolean),
        destructiveHint: expect.any(Boolean),
      });
    }
    expect(memory.client.getServerVersion()?.name).toBe("ollama-memory");
    expect(existsSync(join(folder.path, "memory.sqlite"))).toBe(false);
  });

  it("remembers, recalls and forgets", async () => {
    const given = {
      key: "auth decision",
      value: "We use OAuth 2.0 with PKCE ✓",
      metadata: { model: "llama3.2" },
      tags: ["auth"],
    };
    expect(await memory.data("remember_consult", given)).toEqual({
      key: given.key,
      stored: true,
      size: 30,
      backend: "sqlite",
      location: join(folder.path, "memory.sqlite"),
    });
    const recalled = await memory.data("recall", { key: given.key });
    expect(recalled).toMatchObject(given);
    expect(Date.parse(recalled.created_at)).toBeGreaterThan(Date.now() - 60_000);
    expect(await memory.data("forget", { key: given.key })).toEqual({ forgotten: true });
    expect(await memory.data("forget", { key: given.key })).toEqual({ forgotten: false });
    expect((await memory.call("recall", { key: given.key })).error?.code).toBe("MEMORY_NOT_FOUND");
    expect(statSync(join(folder.path, "memory.sqlite")).mode & 0o077).toBe(0);
  });

  it("names similar keys when there is no such entry", async () => {
    await memory.data("remember_consult", { key: "microservices_analysis_2024", value: "split it" });
    const reply = await memory.call("recall", { key: "microservices analysis" });
    expect(reply.error?.details).toMatchObject({ similar: ["microservices_analysis_2024"] });
    expect(reply.text).toMatch(/^MEMORY_NOT_FOUND: .*Similar keys: microservices_analysis_2024/);
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
    const today = new Date().toISOString().slice(0, 10);
    const total = async (more: object) =>
      (await memory.data("search_memories", { namespace: "days", ...more })).total;
    expect(await total({ since: today, until: today })).toBe(1);
    expect(await total({ until: "2020-01-01" })).toBe(0);
    expect((await memory.call("search_memories", { since: "yesterday" })).error).toMatchObject({
      code: "VALIDATION_ERROR",
      details: { path: "since" },
    });
  });

  it("refuses what it could not keep, and says which part", async () => {
    const bad: [Record<string, unknown>, string][] = [
      [{ key: "x".repeat(513), value: "v" }, "key"],
      [{ key: "é".repeat(257), value: "v" }, "key"],
      [{ key: "", value: "v" }, "key"],
      [{ key: "half \ud800", value: "v" }, "key"],
      [{ key: "k", value: "x".repeat(1_048_577) }, "value"],
      [{ key: "k", value: "v", tags: [""] }, "tags"],
      [{ key: "k", value: "v", ttl_seconds: 0 }, "ttl_seconds"],
    ];
    for (const [args, path] of bad)
      expect((await memory.call("remember_consult", args)).error).toMatchObject({
        code: "VALIDATION_ERROR",
        details: { path },
      });
  });

  it("says clearly that semantic search needs a model, and searches by text without one", async () => {
    const semantic = await memory.call("search_memories", { query: "words", mode: "semantic" });
    expect(semantic.text).toMatch(/^CAPABILITY_UNSUPPORTED: .*embed_model/);
    expect((await memory.call("search_memories", { query: "words", mode: "hybrid" })).status).toBe("success");
  });

  it("offers entries as resources, with completion of namespaces and keys", async () => {
    await memory.data("remember_consult", { key: "a/b c?", value: "slashes", namespace: "my space" });
    const uri = `memory://${encodeURIComponent("my space")}/${encodeURIComponent("a/b c?")}`;
    const { contents } = await memory.client.readResource({ uri });
    expect(contents).toMatchObject([{ uri, mimeType: "text/plain", text: "slashes" }]);
    await expect(memory.client.readResource({ uri: `${uri}x` })).rejects.toThrow(/no entry/);
    const ref = { type: "ref/resource" as const, uri: "memory://{namespace}/{key}" };
    const namespaces = await memory.client.complete({ ref, argument: { name: "namespace", value: "my" } });
    expect(namespaces.completion.values).toEqual(["my space"]);
    const context = { arguments: { namespace: "my space" } };
    const keys = await memory.client.complete({ ref, argument: { name: "key", value: "a/" }, context });
    expect(keys.completion.values).toEqual(["a/b c?"]);
  });
});

describe("a fresh server", () => {
  const elsewhere = temporaryFolder();
  afterAll(elsewhere.remove);
  const start = (env = {}, options = {}) =>
    MemoryClient.start({ MEMORY_DIR: elsewhere.path, ...env }, { cwd: elsewhere.path, ...options });

  it("finds what another left, in the namespace of the project's folder", async () => {
    const first = await start();
    await first.data("remember_consult", { key: "kept", value: "over a restart" });
    await first.close();
    const second = await start();
    const namespace = elsewhere.path.split("/").at(-1);
    expect((await second.data("recall", { key: "kept", namespace })).value).toBe("over a restart");
    await second.close();
  });

  it("takes in the files of the older system once, and leaves them as they are", async () => {
    const old = JSON.stringify({
      key: "old one",
      value: "from a file",
      metadata: { model: "phi" },
      tags: ["old"],
      timestamp: "2025-11-17T10:35:22Z",
    });
    writeFileSync(join(elsewhere.path, "old_one.json"), old);
    writeFileSync(join(elsewhere.path, "broken.json"), '{"value": "half writ');
    const first = await start();
    expect(await first.data("recall", { key: "old one" })).toMatchObject({
      value: "from a file",
      tags: ["old"],
      created_at: "2025-11-17T10:35:22.000Z",
    });
    await first.data("forget", { key: "old one" });
    expect(first.log.join("")).toMatch(/broken\.json is not an entry/);
    await first.close();
    const second = await start();
    expect((await second.call("recall", { key: "old one" })).error?.code).toBe("MEMORY_NOT_FOUND");
    await second.close();
    expect(readFileSync(join(elsewhere.path, "old_one.json"), "utf8")).toBe(old);
  });

  it("sets a file aside that is none of its own, says so, and begins a new one", async () => {
    const file = join(elsewhere.path, "mine.sqlite");
    writeFileSync(file, "not a database at all");
    const server = await start({ MEMORY_URL: `sqlite:${file}` });
    const reply = await server.call("remember_consult", { key: "k", value: "v" });
    expect(reply.error).toMatchObject({
      code: "MEMORY_BACKEND_ERROR",
      details: { attempts: [{ backend: "sqlite", location: file, reason: "damaged" }] },
    });
    const aside = /as (\S+set-aside-\S+?)\.? /.exec(reply.text)?.[1] as string;
    expect(readFileSync(aside, "utf8")).toBe("not a database at all");
    expect(await server.data("remember_consult", { key: "k", value: "v" })).toMatchObject({
      stored: true,
      location: file,
    });
    await server.close();
  });
});
