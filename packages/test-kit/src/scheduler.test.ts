import { afterEach, expect, test } from "vitest";
import { ask, lines } from "../test/ask.ts";
import { createTestOllama, type ModelScript, type TestOllama, type TestOllamaOptions } from "./index.ts";

const running: TestOllama[] = [];
afterEach(() => Promise.all(running.splice(0).map((ollama) => ollama.close())));

async function start(names: string[], options: TestOllamaOptions = {}): Promise<TestOllama> {
  const models: ModelScript[] = names.map((name) => ({ name }));
  const ollama = await createTestOllama({ models, ...options });
  running.push(ollama);
  return ollama;
}

const generate = (ollama: TestOllama, model: string, fields: object = {}, signal?: AbortSignal) =>
  ask(ollama, "/api/generate", { model, prompt: "hi", stream: false, ...fields }, signal);

const loadsOf = ({ counters }: TestOllama) => counters.loads.map(({ model, outcome }) => [model, outcome]);

test("one model loads at a time, those loaded are asked meanwhile", async () => {
  const ollama = await start(["loaded", "first", "second"]);
  await ollama.load("loaded");
  const loading = ollama.pauseBefore("load");
  const waiting = [generate(ollama, "first"), generate(ollama, "second")];
  await loading.reached;
  await ollama.until(({ totalInFlight }) => totalInFlight === 2);
  expect((await generate(ollama, "loaded")).status).toBe(200);
  expect(loading.held).toBe(1);
  expect(ollama.loaded()).toEqual(["loaded:latest"]);
  loading.release();
  await Promise.all(waiting);
  expect(ollama.loaded().sort()).toEqual(["first:latest", "loaded:latest", "second:latest"]);
});

test("closing the connection in a cold load aborts the load, and the next one waiting loads", async () => {
  const ollama = await start(["cold", "other"]);
  const loading = ollama.pauseBefore("load", { model: "cold" });
  const controller = new AbortController();
  const aborted = generate(ollama, "cold", {}, controller.signal).catch(() => "aborted");
  await loading.reached;
  const next = generate(ollama, "other");
  controller.abort();
  expect(await aborted).toBe("aborted");
  expect((await next).status).toBe(200);
  expect(loadsOf(ollama)).toEqual([
    ["cold:latest", "aborted"],
    ["other:latest", "loaded"],
  ]);
  expect(ollama.loaded()).toEqual(["other:latest"]);
});

test("another context length forces a reload, once the model is idle", async () => {
  const ollama = await start(["model"]);
  const firstToken = ollama.pauseBefore("first-token");
  const first = generate(ollama, "model");
  await firstToken.reached;
  const longer = generate(ollama, "model", { options: { num_ctx: 8000 } });
  await ollama.until(({ totalInFlight }) => totalInFlight === 2);
  expect(ollama.counters.loads).toHaveLength(1);
  firstToken.release();
  await Promise.all([first, longer]);
  expect(ollama.counters.loads.map(({ contextLength }) => contextLength)).toEqual([4096, 8000]);
  const ps = (await (await ask(ollama, "/api/ps")).json()) as { models: object[] };
  expect(ps.models).toMatchObject([{ name: "model:latest", context_length: 8000 }]);
});

test("a loaded model runs as many requests at once as it has slots, the others queue without limit", async () => {
  const ollama = await start(["model"], { parallel: 2, maxQueue: 1 });
  const firstToken = ollama.pauseBefore("first-token");
  await ollama.load("model");
  const asked = Array.from({ length: 6 }, () => generate(ollama, "model"));
  await ollama.until(() => firstToken.held === 2 && ollama.waiting("model") === 4);
  expect(ollama.counters.inFlight["/api/generate"]).toBe(6);
  firstToken.release();
  expect((await Promise.all(asked)).map(({ status }) => status)).toEqual([200, 200, 200, 200, 200, 200]);
  expect(ollama.counters.peakInFlight).toBe(6);
});

test("a client that leaves the queue frees its place", async () => {
  const ollama = await start(["model"]);
  const firstToken = ollama.pauseBefore("first-token");
  const first = generate(ollama, "model");
  await firstToken.reached;
  const controller = new AbortController();
  const leaving = generate(ollama, "model", {}, controller.signal).catch(() => "left");
  await ollama.until(() => ollama.waiting("model") === 1);
  controller.abort();
  await leaving;
  await ollama.until(() => ollama.waiting("model") === 0);
  firstToken.release();
  expect((await first).status).toBe(200);
  expect((await generate(ollama, "model")).status).toBe(200);
});

test("more than the queue holds are refused, while they wait for a load", async () => {
  const ollama = await start(["model"], { maxQueue: 1 });
  const loading = ollama.pauseBefore("load");
  const first = generate(ollama, "model");
  await loading.reached;
  const second = generate(ollama, "model");
  await ollama.until(({ totalInFlight }) => totalInFlight === 2);
  const third = await generate(ollama, "model");
  expect([third.status, await third.json()]).toEqual([
    503,
    { error: "server busy, please try again.  maximum pending requests exceeded" },
  ]);
  loading.release();
  expect([(await first).status, (await second).status]).toEqual([200, 200]);
  expect(ollama.counters.loads).toHaveLength(1);
});

test("the model that expires first makes room for another, one in use does not", async () => {
  const ollama = await start(["busy", "soon", "late", "new"], { maxLoaded: 3 });
  await generate(ollama, "late", { keep_alive: -1 });
  await generate(ollama, "soon", { keep_alive: "1m" });
  const firstToken = ollama.pauseBefore("first-token", { model: "busy" });
  const busy = generate(ollama, "busy", { keep_alive: "1s" });
  await firstToken.reached;
  await generate(ollama, "new");
  expect(ollama.loaded().sort()).toEqual(["busy:latest", "late:latest", "new:latest"]);
  firstToken.release();
  await busy;
});

test("keep_alive unloads at once, after its time, on an empty request, and when told", async () => {
  const ollama = await start(["model"]);
  await generate(ollama, "model", { keep_alive: 0 });
  await ollama.until(() => ollama.loaded().length === 0);
  await generate(ollama, "model", { keep_alive: "10ms" });
  await ollama.until(() => ollama.loaded().length === 0);
  await generate(ollama, "model");
  await ask(ollama, "/api/generate", { model: "model", keep_alive: 0 });
  expect(ollama.loaded()).toEqual([]);
  await generate(ollama, "model");
  ollama.unload("model");
  expect(ollama.loaded()).toEqual([]);
});

test("a scripted speed takes its time and is told in the answer", async () => {
  const models = [{ name: "slow", answer: ["a", "b", "c"], loadMs: 20, prefillTps: 1000, decodeTps: 100 }];
  const ollama = await start([], { models });
  const response = await generate(ollama, "slow", { prompt: "one two three", stream: true });
  const told = [];
  for await (const line of lines(response)) told.push(line);
  expect(told.at(-1)).toMatchObject({
    prompt_eval_count: 3,
    prompt_eval_duration: 3e6,
    eval_count: 3,
    eval_duration: 30e6,
  });
});
