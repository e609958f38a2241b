import { spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, expect, it } from "vitest";
import { MemoryClient, serverCommand, temporaryFolder } from "./memory-client.ts";

let folder: ReturnType<typeof temporaryFolder>;
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(() => folder.remove());

const at = (name: string) => join(folder.path, name);

async function run(
  store: string,
  args: string[],
  input: string | Buffer = "",
): Promise<{ out: string; said: string; code: number | null }> {
  const child = spawn(serverCommand.command, [...serverCommand.args, ...args], {
    env: { PATH: process.env.PATH, HOME: "/nonexistent", MEMORY_DIR: at(store) },
    cwd: folder.path,
  });
  const code = new Promise<number | null>((resolve) => child.once("close", resolve));
  child.stdin.end(input);
  return { out: await text(child.stdout), said: await text(child.stderr), code: await code };
}

async function use<Result>(store: string, work: (memory: MemoryClient) => Promise<Result>): Promise<Result> {
  const memory = await MemoryClient.start({ MEMORY_DIR: at(store) }, { cwd: folder.path });
  try {
    return await work(memory);
  } finally {
    await memory.close();
  }
}

const entries = [
  {
    key: "a",
    value: "line one\nline two\u2028line three\u2029",
    metadata: { by: "phi" },
    tags: ["x", "y"],
    namespace: "first",
  },
  { key: "b", value: "", namespace: "second", ttl_seconds: 3600 },
];

for (const format of ["entries", "server-memory"]) {
  it(`takes everything from one store to another as ${format}`, async () => {
    const before = await use("one", async (memory) => {
      for (const entry of entries) await memory.data("remember_consult", entry);
      return memory.data("recall", { key: "a", namespace: "first" });
    });
    const { out, said } = await run("one", ["export", "--format", format]);
    expect(said).toMatch(/export: 2 entries/);
    expect(out.trim().split("\n")).toHaveLength(2);
    expect((await run("two", ["import"], out)).said).toMatch(/import: 2 entries/);
    expect((await run("two", ["import"], out)).said).toMatch(/import: 0 entries/);
    await use("two", async (memory) => {
      expect(await memory.data("recall", { key: "a", namespace: "first" })).toEqual(before);
      expect((await memory.data("recall", { key: "b", namespace: "second" })).value).toBe("");
    });
    expect((await run("two", ["export"])).out).toBe((await run("one", ["export"])).out);
  });
}

it("takes in the file of the official memory server", async () => {
  const graph = [
    {
      type: "entity",
      name: "Ada",
      entityType: "person",
      observations: ["wrote the first program", "likes looms"],
    },
    { type: "entity", name: "Analytical Engine", entityType: "machine", observations: [] },
    { type: "relation", from: "Ada", to: "Analytical Engine", relationType: "programmed" },
  ];
  writeFileSync(at("memory.jsonl"), graph.map((line) => JSON.stringify(line)).join("\n"));
  expect((await run("one", ["import", "--file", at("memory.jsonl"), "--namespace", "people"])).code).toBe(0);
  await use("one", async (memory) => {
    expect(await memory.data("recall", { key: "Ada", namespace: "people" })).toMatchObject({
      value: "wrote the first program\nlikes looms",
      metadata: {
        entityType: "person",
        relations: [{ to: "Analytical Engine", relationType: "programmed" }],
      },
    });
    expect((await memory.data("search_memories", { query: "looms", namespace: "people" })).total).toBe(1);
  });
});

it.each([
  ["UTF-8 with a byte order mark", (text: string) => Buffer.from(`\ufeff${text}`)],
  ["UTF-16, as a shell of Windows writes it", (text: string) => Buffer.from(`\ufeff${text}`, "utf16le")],
])("takes in lines in %s", async (_, encode) => {
  const line = JSON.stringify({ key: "k", value: "caf\u00e9" });
  expect((await run("one", ["import"], encode(`${line}\n`))).said).toMatch(/import: 1 entries/);
  expect((await run("one", ["export"])).out).toContain("caf\u00e9");
});

it("refuses a line that no entry could be", async () => {
  writeFileSync(at("long.jsonl"), Buffer.alloc(20 * 1024 * 1024, "x"));
  const { said, code } = await run("one", ["import", "--file", at("long.jsonl")]);
  expect(said).toMatch(/VALIDATION_ERROR: A line has more than/);
  expect(code).toBe(1);
});

it("writes one namespace into a file", async () => {
  await use("one", async (memory) => {
    for (const entry of entries) await memory.data("remember_consult", entry);
  });
  const { out } = await run("one", ["export", "--namespace", "second", "--file", at("out.jsonl")]);
  expect(out).toBe("");
  expect(JSON.parse(readFileSync(at("out.jsonl"), "utf8"))).toMatchObject({ namespace: "second", key: "b" });
});

it("names the line that is wrong, and the file that is not there", async () => {
  const good = JSON.stringify({ key: "good", value: "v" });
  const { said, code } = await run("one", ["import"], `${good}\n{"key": 7}\n`);
  expect(code).toBe(1);
  expect(said).toMatch(/VALIDATION_ERROR: Line 2: .*value/s);
  const missing = await run("one", ["import", "--file", at("missing.jsonl")]);
  expect(missing.said).toMatch(/missing\.jsonl/);
  expect(missing.code).toBe(1);
  expect((await run("one", ["export", "--format", "xml"])).code).toBe(78);
});
