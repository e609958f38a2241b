import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { createTestOllama, type TestOllama } from "@ollama-bridge/test-kit";
import { afterEach, beforeEach, expect, it } from "vitest";
import { MemoryClient, temporaryFolder } from "./memory-client.ts";

let folder: ReturnType<typeof temporaryFolder>;
let ollama: TestOllama;
let memory: MemoryClient;
beforeEach(async () => {
  folder = temporaryFolder();
  const model = { capabilities: ["embedding"] };
  ollama = await createTestOllama({
    models: [
      { ...model, name: "embedder:latest", embedding_length: 256 },
      { ...model, name: "other:latest", embedding_length: 64 },
    ],
  });
  await startWith("embedder");
});
afterEach(async () => {
  await memory.close();
  await ollama.close();
  folder.remove();
});

async function startWith(model: string): Promise<void> {
  await memory?.close();
  const config = join(folder.path, "config.yaml");
  writeFileSync(config, `memory: { embed_model: ${model} }\n`);
  memory = await MemoryClient.start(
    { MEMORY_DIR: folder.path, OLLAMA_HOST: ollama.url },
    { cwd: folder.path, args: ["--config", config] },
  );
}

const search = (query: string, more = {}) => memory.data("search_memories", { query, ...more });
const keys = async (query: string, more = {}) =>
  (await search(query, more)).results.map(({ key }: { key: string }) => key);

async function rememberAnimals(): Promise<void> {
  await memory.data("remember_consult", {
    key: "cat",
    value: "the cat sleeps on the warm roof",
    tags: ["pet"],
  });
  await memory.data("remember_consult", {
    key: "dog",
    value: "the dog guards the garden gate",
    tags: ["pet"],
  });
  await memory.data("remember_consult", { key: "index", value: "an index makes the database quick" });
}

it("finds the nearest by meaning, after filtering", async () => {
  await rememberAnimals();
  const found = await search("a quick database index", { mode: "semantic" });
  expect(found.results[0]).toMatchObject({ key: "index" });
  expect(found.total).toBe(3);
  const scores = found.results.map(({ score }: { score: number }) => score);
  expect(scores).toEqual([...scores].sort((a, b) => b - a));
  expect(await keys("a quick database index", { mode: "semantic", tags: ["pet"] })).toHaveLength(2);
});

it("ranks by words and meaning together", async () => {
  await rememberAnimals();
  const found = await search("cat garden");
  expect(
    found.results
      .map(({ key }: { key: string }) => key)
      .slice(0, 2)
      .sort(),
  ).toEqual(["cat", "dog"]);
  const paged = [await search("cat garden", { limit: 2 })];
  paged.push(await search("cat garden", { limit: 2, cursor: paged[0]?.nextCursor }));
  expect(paged.map(({ results }) => results.length)).toEqual([2, 1]);
});

it("makes the vectors anew for another model, and for a text that changed", async () => {
  await rememberAnimals();
  await search("anything", { mode: "semantic" });
  await startWith("other");
  expect((await search("the cat sleeps on the warm roof", { mode: "semantic" })).results[0].key).toBe("cat");
  await memory.data("remember_consult", { key: "dog", value: "tuning a quick database index" });
  expect((await keys("tuning a quick database index", { mode: "semantic" }))[0]).toBe("dog");
  const models = ollama.counters.log.filter(({ path }) => path === "/api/embed").map(({ model }) => model);
  expect(new Set(models)).toEqual(new Set(["embedder", "other"]));
});

it("searches by text with a warning when the model cannot be reached, and by meaning fails", async () => {
  await rememberAnimals();
  await ollama.goDown();
  const found = await search("garden gate");
  expect(found).toMatchObject({
    results: [{ key: "dog" }],
    warnings: [expect.stringMatching(/by text only/)],
  });
  const reply = await memory.call("search_memories", { query: "garden", mode: "semantic" });
  expect(reply.error?.code).toBe("OLLAMA_CONNECTION_FAILED");
});
