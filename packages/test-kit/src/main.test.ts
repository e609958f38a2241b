import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, expect, test, vi } from "vitest";

const bin = fileURLToPath(new URL("bin.ts", import.meta.url));
let child: ChildProcess | undefined;

afterEach(() => void child?.kill());

/** What the command says on stderr, once it says something. */
async function start(...args: string[]): Promise<string> {
  child = spawn(process.execPath, ["--conditions=@ollama-bridge/source", bin, ...args], { env: {} });
  const [said] = await once(child.stderr ?? child, "data");
  return String(said).trim();
}

const post = (url: string, body: object, method = "POST") =>
  fetch(url, { method, body: JSON.stringify(body) });

test("serves the models of its flag, and tells its address on stderr", async () => {
  const url = await start("--models", "llama3.2:3b:2.0:tools+vision:loadMs=5,phi4");
  const { models } = (await (await fetch(`${url}/api/tags`)).json()) as { models: object[] };
  expect(models).toMatchObject([
    { name: "llama3.2:3b", size: 2e9, capabilities: ["completion", "tools", "vision"] },
    { name: "phi4:latest" },
  ]);
});

test("a script sets it up, and another process steers it", async () => {
  const script = join(await mkdtemp(join(tmpdir(), "test-kit-")), "script.json");
  const faults = [{ kind: "queue-full", times: 1 }];
  await writeFile(script, JSON.stringify({ models: [{ name: "m", answer: "yes" }], parallel: 2, faults }));
  const url = await start("--script", script);
  const generate = (model = "m") => post(`${url}/api/generate`, { model, prompt: "hi" });
  expect((await generate()).status).toBe(503);
  expect((await generate()).status).toBe(200);

  await post(`${url}/__control/models`, { name: "other" });
  expect((await generate("other")).status).toBe(200);
  await post(`${url}/__control/faults`, { kind: "out-of-memory" });
  expect((await generate()).status).toBe(500);
  await post(`${url}/__control/faults`, {}, "DELETE");
  expect((await generate()).status).toBe(200);

  await post(`${url}/__control/pauses`, { point: "first-token" });
  const held = generate();
  await post(`${url}/__control/pauses`, {}, "DELETE");
  expect((await held).status).toBe(200);

  const state = await (await fetch(`${url}/__control`)).json();
  expect(state).toMatchObject({
    counters: { requests: { "/api/generate": 6 }, aborted: 0 },
    loaded: ["m:latest", "other:latest"],
    faults: [],
  });
  await post(`${url}/__control/down`, { forMs: 1 });
  await vi.waitFor(async () => expect((await fetch(`${url}/__control`)).status).toBe(200), {
    timeout: 60_000,
  });
  const wrong = await post(`${url}/__control/faults`, { kind: "earthquake" });
  expect([wrong.status, await wrong.text()]).toEqual([400, expect.stringContaining("kind")]);
});

test("says what is wrong with its flags, and how it is used", async () => {
  expect(await start("--script", "no-such-file.json")).toMatch(/no-such-file.json[\s\S]*usage: test-ollama/);
});
