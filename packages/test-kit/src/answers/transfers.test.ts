import { afterEach, beforeEach, expect, test } from "vitest";
import { type AnswerLine, ask, lines } from "../../test/ask.ts";
import { createTestOllama, type TestOllama } from "../index.ts";

let ollama: TestOllama;

beforeEach(async () => {
  ollama = await createTestOllama({
    models: [{ name: "base" }],
    pulls: [
      { model: { name: "new:1b", size_bytes: 1000, capabilities: ["completion", "vision"] } },
      { model: { name: "huge" }, fails: "disk-full" },
      { model: { name: "far" }, fails: "unreachable" },
    ],
    web: { results: [{ title: "One", url: "https://one.example", content: "First." }] },
  });
});
afterEach(() => ollama.close());

async function all(path: string, body: object): Promise<AnswerLine[]> {
  const found: AnswerLine[] = [];
  for await (const line of lines(await ask(ollama, path, body))) found.push(line);
  return found;
}
const names = () => ollama.models.list().map(({ name }) => name);

test("a pull tells its bytes, can be held on its way, and ends with the model on the list", async () => {
  const half = ollama.pauseBefore("token-3", { path: "/api/pull" });
  const pulled = all("/api/pull", { model: "new:1b" });
  await half.reached;
  expect(names()).toEqual(["base:latest"]);
  half.release();
  const told = await pulled;
  expect(told.flatMap(({ completed }) => completed ?? [])).toEqual([0, 250, 500, 750, 1000]);
  expect(told.at(-1)).toEqual({ status: "success" });
  expect(ollama.models.find("new:1b")?.capabilities).toContain("vision");
});

test("a pull fails on a full disk, an unreachable registry and a name that is not there", async () => {
  const errors = [];
  for (const model of ["huge", "far", "nothing"])
    errors.push((await all("/api/pull", { model })).at(-1)?.error);
  expect(errors).toEqual([
    expect.stringMatching(/no space left on device/),
    expect.stringMatching(/pull model manifest: Get .*no such host/),
    "pull model manifest: file does not exist",
  ]);
  expect(names()).toEqual(["base:latest"]);
});

test("copy, create, push and delete change the list", async () => {
  await ask(ollama, "/api/copy", { source: "base", destination: "copy" });
  const body = { model: "terse", from: "base", system: "Be terse", parameters: { temperature: 0 } };
  expect((await all("/api/create", body)).at(-1)?.status).toBe("success");
  expect((await all("/api/push", { model: "copy" })).at(-1)?.status).toBe("success");
  expect(names()).toEqual(["base:latest", "copy:latest", "terse:latest"]);
  const show = await (await ask(ollama, "/api/show", { model: "terse" })).json();
  expect(show).toMatchObject({ system: "Be terse", parameters: expect.stringMatching(/^temperature +0$/) });
  const remove = { method: "DELETE", body: JSON.stringify({ model: "base" }) };
  expect((await fetch(`${ollama.url}/api/delete`, remove)).status).toBe(200);
  expect(names()).toEqual(["copy:latest", "terse:latest"]);
});

test("web search and fetch answer as scripted, else with what was asked", async () => {
  const found = await (await ask(ollama, "/api/web_search", { query: "x" })).json();
  expect(found).toMatchObject({ results: [{ title: "One" }] });
  const page = await (await ask(ollama, "/api/experimental/web_fetch", { url: "https://x.example" })).json();
  expect(page).toMatchObject({ content: "The text of https://x.example." });
});
