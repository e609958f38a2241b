import { networkInterfaces } from "node:os";
import { afterEach, beforeEach, expect, test } from "vitest";
import { ask } from "../test/ask.ts";
import { createTestOllama, type TestOllama } from "./index.ts";

let ollama: TestOllama;

beforeEach(async () => {
  ollama = await createTestOllama({ models: [{ name: "m" }] });
});
afterEach(() => ollama.close());

const generate = (signal?: AbortSignal) =>
  ask(ollama, "/api/generate", { model: "m", prompt: "hi", stream: false }, signal);

test("the log holds what was sent, and how it ended", async () => {
  const headers = { authorization: "Bearer secret" };
  await (await fetch(`${ollama.url}/api/tags`, { headers })).text();
  await (await generate()).text();
  await ask(ollama, "/api/chat", { model: "nowhere" });
  await ollama.until(({ totalInFlight }) => totalInFlight === 0);
  expect(ollama.counters.log).toMatchObject([
    { method: "GET", path: "/api/tags", headers, body: "", outcome: "answered" },
    { method: "POST", path: "/api/generate", model: "m", body: { prompt: "hi" }, outcome: "answered" },
    { method: "POST", path: "/api/chat", model: "nowhere", outcome: "answered" },
  ]);
  expect(ollama.counters.requests).toEqual({ "/api/tags": 1, "/api/generate": 1, "/api/chat": 1 });
});

test("in flight, peak and aborted follow held requests; a client that leaves is noticed at any point", async () => {
  for (const point of ["answer", "load", "first-token", "done"] as const) {
    const pause = ollama.pauseBefore(point);
    const controller = new AbortController();
    const leaving = generate(controller.signal).catch(() => point);
    await pause.reached;
    expect(ollama.counters.inFlight["/api/generate"]).toBe(1);
    controller.abort();
    expect(await leaving).toBe(point);
    await ollama.until(({ totalInFlight }) => totalInFlight === 0 && pause.held === 0);
    pause.release();
  }
  expect(ollama.counters).toMatchObject({ aborted: 4, peakInFlight: 1 });
  expect((await generate()).status).toBe(200);
});

test("connections are counted while they are open", async () => {
  await (await generate()).text();
  expect(ollama.counters.connectionsOpen).toBe(1);
  await ollama.goDown();
  await ollama.until(({ connectionsOpen }) => connectionsOpen === 0);
});

test("a server that listens on every address is one server by each of them", async () => {
  const everywhere = await createTestOllama({ host: "0.0.0.0", models: [{ name: "m" }] });
  const own = Object.values(networkInterfaces()).flatMap((found) => found ?? []);
  for (const { address } of own.filter(({ family }) => family === "IPv4"))
    expect((await fetch(`http://${address}:${everywhere.port}/api/tags`)).status).toBe(200);
  expect(everywhere.url).toBe(`http://127.0.0.1:${everywhere.port}`);
  await everywhere.close();
});
