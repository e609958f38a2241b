import { stopClock } from "@ollama-bridge/test-kit/contract";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { levelLatencies } from "./level-latencies.ts";
import { detailsOf, inFlight, inFlightBecomes, startRouter } from "./router-server.ts";

const ask = { model: "llama", prompt: "hi" };
const llama = { name: "llama", answer: "one two three" };

describe("cancelling", () => {
  test.each(["first-token", "token-2"] as const)(
    "at the %s ends it at Ollama and frees its place",
    async (point) => {
      const { client, fleet, servers } = await startRouter([{ models: [llama] }]);
      const pause = servers[0]?.pauseBefore(point);
      const controller = new AbortController();
      const asked = client.callTool("ask_model", ask, { signal: controller.signal });
      asked.catch(() => undefined);
      await pause?.reached;
      controller.abort();
      await servers[0]?.until(({ aborted, totalInFlight }) => aborted === 1 && totalInFlight === 0);
      await expect(asked).rejects.toThrow();
      pause?.release();
      expect((await client.callTool("ask_model", ask)).isError).toBeFalsy();
      expect(inFlight(fleet)).toBe(0);
    },
  );

  test("lets go of a place in the queue", async () => {
    const env = { MAX_CONCURRENT_REQUESTS: "1" };
    const { client, fleet, servers } = await startRouter([{ models: [llama] }], { env });
    const pause = servers[0]?.pauseBefore("first-token");
    const first = client.callTool("ask_model", ask);
    await pause?.reached;
    const controller = new AbortController();
    const queued = client.callTool("ask_model", ask, { signal: controller.signal });
    const last = client.callTool("ask_model", ask);
    controller.abort();
    await expect(queued).rejects.toThrow();
    pause?.release();
    expect((await first).isError).toBeFalsy();
    expect((await last).isError).toBeFalsy();
    expect(servers[0]?.counters.requests["/api/generate"]).toBe(2);
    expect(inFlight(fleet)).toBe(0);
  });
});

describe("many at once", () => {
  test("never more than the cap go to an instance, and all are answered", async () => {
    const env = { MAX_CONCURRENT_REQUESTS: "3" };
    const { client, servers, fleet } = await startRouter([{ models: [llama], parallel: 10 }], { env });
    const results = await Promise.all(Array.from({ length: 20 }, () => client.callTool("ask_model", ask)));
    expect(results.filter(({ isError }) => isError)).toEqual([]);
    expect(servers[0]?.counters.peakInFlight).toBeLessThanOrEqual(3);
    expect(inFlight(fleet)).toBe(0);
  });

  test("who waits for a turn behind a machine that hangs goes to another", async () => {
    const clock = stopClock();
    const env = { MAX_CONCURRENT_REQUESTS: "1" };
    const scripts = [{ models: [llama] }, { models: [llama] }];
    const { client, fleet, servers } = await startRouter(scripts, {
      env,
      instances: { a: { priority: 1 } },
    });
    const first = await client.callTool("ask_model", ask);
    expect(first.structuredContent).toMatchObject({ data: { instance: "a" } });
    servers[0]?.inject({ kind: "silent", path: "/api/generate" });
    const asked = Array.from({ length: 12 }, () =>
      client.callTool("ask_model", { ...ask, timeoutMs: 3_000 }),
    );
    // Each leaves after half of its time; two that did send away who waits behind them.
    const reached = (count: number) =>
      servers[0]?.until(({ requests }) => requests["/api/generate"] === count);
    await reached(2);
    await clock.advance(1_500);
    await reached(3);
    await clock.advance(750);
    const results = await Promise.all(asked);
    expect(results.filter(({ isError }) => isError)).toEqual([]);
    await inFlightBecomes(fleet, 0);
  });

  test("spread where no machine is expected to be done in time", async () => {
    const env = { MAX_CONCURRENT_REQUESTS: "5" };
    const large = { ...llama, size_bytes: 40e9 };
    const scripts = Array.from({ length: 4 }, () => ({ models: [large], parallel: 100 }));
    const { client, servers, fleet } = await startRouter(scripts, { env });
    await fleet.current();
    levelLatencies(fleet);
    // What the first ones measure must not count for the last ones.
    const pauses = servers.map((server) => server.pauseBefore("first-token"));
    const asked = Array.from({ length: 40 }, () =>
      client.callTool("ask_model", { ...ask, timeoutMs: 30_000 }),
    );
    await inFlightBecomes(fleet, 40);
    for (const pause of pauses) pause.release();
    await Promise.all(asked);
    for (const { counters } of servers) expect(counters.requests["/api/generate"]).toBeGreaterThanOrEqual(8);
  });

  test("a hundred on a stale picture spread over equal machines within one of ideal", async () => {
    const env = { MAX_CONCURRENT_REQUESTS: "100" };
    const scripts = Array.from({ length: 4 }, () => ({ models: [llama], parallel: 100 }));
    const { client, servers, fleet } = await startRouter(scripts, { env });
    await fleet.current();
    // A probe's round trip differs by chance; on equal machines nothing else does.
    levelLatencies(fleet);
    const pauses = servers.map((server) => server.pauseBefore("first-token"));
    const asked = Array.from({ length: 100 }, () => client.callTool("ask_model", ask));
    await Promise.all(
      servers.map(({ until }) => until(({ requests }) => (requests["/api/generate"] ?? 0) >= 24)),
    );
    for (const pause of pauses) pause.release();
    await Promise.all(asked);
    for (const { counters } of servers)
      expect(Math.abs((counters.requests["/api/generate"] ?? 0) - 25)).toBeLessThanOrEqual(1);
  });
});

test("two bridges on one fleet get all of their answers", async () => {
  const models = [{ ...llama, decodeTps: 300 }];
  const first = await startRouter([{ models }, { models }]);
  const second = await startRouter([], { shared: first.servers });
  const clients = Array.from({ length: 30 }, (_, call) => (call % 2 === 0 ? first : second).client);
  const results = await Promise.all(clients.map((client) => client.callTool("ask_model", ask)));
  expect(results.filter(({ isError }) => isError)).toEqual([]);
  expect(inFlight(first.fleet) + inFlight(second.fleet)).toBe(0);
});

test("the wall clock steps by a year, and back by two, and all goes on", async () => {
  onTestFinished(() => void vi.useRealTimers());
  const { client, fleet, servers } = await startRouter([{ models: [llama] }, { models: [llama] }]);
  const yearMs = 365 * 24 * 3_600_000;
  for (const step of [0, yearMs, -2 * yearMs]) {
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + step });
    const [server] = servers;
    server?.inject({ kind: "runner-terminated", times: 1 });
    const results = await Promise.all([1, 2, 3].map(() => client.callTool("ask_model", ask)));
    expect(results.map(({ isError }) => Boolean(isError))).toEqual([false, false, false]);
    await fleet.look({ fresh: "everything" });
    expect(fleet.instances.map(({ loaded }) => [...loaded.keys()])).toContainEqual(["llama:latest"]);
  }
  expect(inFlight(fleet)).toBe(0);
});

describe("an instance that is not what it was", () => {
  test("is avoided once it has shown to be ten times slower", async () => {
    // No time passes here: what counts is what Ollama says of its speed.
    stopClock();
    const models = [llama];
    const { client, fleet, servers } = await startRouter([{ models }, { models }], {
      instances: { a: { priority: 1 } },
    });
    await fleet.current();
    const startedMs = performance.now();
    const speed = { promptTokens: 100, promptMs: 100, answerTokens: 100, generateMs: 1_000 };
    for (const instance of fleet.instances)
      fleet.observe({ instance, model: "llama:latest", outcome: "answered", startedMs, ...speed });
    servers[0]?.models.add({ ...llama, decodeTps: 10 });
    const slow = await client.callTool("ask_model", ask);
    expect(slow.structuredContent).toMatchObject({ data: { instance: "a" } });
    const next = await client.callTool("ask_model", ask);
    expect(next.structuredContent).toMatchObject({ data: { instance: "b" } });
  });

  test("is left by a session that was there", async () => {
    const { client, servers } = await startRouter([{ models: [llama] }, { models: [llama] }]);
    const turn = { ...ask, session_id: "s" };
    const first = await client.callTool("route_request", turn);
    const { data } = first.structuredContent as { data: { instance: string } };
    const stayed = await client.callTool("route_request", turn);
    expect(stayed.structuredContent).toMatchObject({ data: { instance: data.instance } });
    await servers[data.instance === "a" ? 0 : 1]?.goDown();
    const moved = await client.callTool("route_request", turn);
    expect(moved.structuredContent).toMatchObject({ data: { instance: data.instance === "a" ? "b" : "a" } });
  });

  test("answers every call while another flaps", async () => {
    const { client, servers } = await startRouter([{ models: [llama] }, { models: [llama] }]);
    servers[0]?.inject({ kind: "reset", path: "/api/generate", flap: { fail: 1, pass: 2 } });
    for (let call = 0; call < 12; call++)
      expect((await client.callTool("ask_model", ask)).isError).toBeFalsy();
  });
});

describe("when nothing is left", () => {
  test("all down: the last error with every attempt", async () => {
    const { client, servers, fleet } = await startRouter([{ models: [llama] }, { models: [llama] }]);
    await fleet.current();
    await Promise.all(servers.map((server) => server.goDown()));
    const result = await client.callTool("ask_model", ask);
    expect(result.structuredContent).toMatchObject({ error: { code: "OLLAMA_CONNECTION_FAILED" } });
    for (const name of ["a", "b"]) expect(result.content[0]?.text).toContain(`on ${name}: unreachable`);
  });

  test("never up: where it was looked for", async () => {
    const { client } = await startRouter([], { dead: ["http://127.0.0.1:9"] });
    const result = await client.callTool("ask_model", ask);
    expect(result.structuredContent).toMatchObject({
      error: {
        code: "OLLAMA_CONNECTION_FAILED",
        details: { endpoint: "http://127.0.0.1:9", errno: "ECONNREFUSED" },
      },
    });
  });

  test("installed and unfit: NO_ROUTE with each reason", async () => {
    const { client } = await startRouter([{ models: [llama] }], {
      instances: { a: { gpu: { count: 1, vramGb: 1 } } },
    });
    const result = await client.callTool("ask_model", ask);
    expect(result.structuredContent).toMatchObject({
      error: {
        code: "NO_ROUTE",
        details: { tried: [{ model: "llama:latest", instance: "a", reason: "2.0 GB, declared are 1 GB" }] },
      },
    });
  });

  test("the error of a deadline includes any partial output, and the attempt", async () => {
    const { client, servers } = await startRouter([{ models: [llama] }]);
    const clock = stopClock();
    servers[0]?.pauseBefore("token-3");
    const said: string[] = [];
    const onProgress = ({ message = "" }) => void said.push(message);
    const asked = client.callTool("ask_model", { ...ask, timeoutMs: 30_000 }, { onProgress });
    await vi.waitFor(() => expect(said).toContain("generating, 2 tokens"), { timeout: 60_000 });
    await clock.advance(30_000);
    const result = await asked;
    expect(result.structuredContent).toMatchObject({
      error: {
        code: "TIMEOUT_EXCEEDED",
        details: { partial: expect.stringContaining("one"), attempts: [{}] },
      },
    });
  });
});

test("the model is asked for under the name the caller gave", async () => {
  const { client, servers } = await startRouter([{ models: [llama] }]);
  const result = await client.callTool("ask_model", ask);
  expect(result.structuredContent).toMatchObject({ data: { model: "llama" } });
  expect(servers[0]?.counters.log.at(-1)?.body).toMatchObject({
    model: "llama",
    truncate: false,
    stream: true,
  });
  expect(detailsOf(result).attempts[0]?.model).toBe("llama:latest");
});
