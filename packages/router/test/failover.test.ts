import { createTestOllama, type Fault } from "@ollama-bridge/test-kit";
import { stopClock } from "@ollama-bridge/test-kit/contract";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { detailsOf, inFlight, startRouter, type TestRouterOptions } from "./router-server.ts";

const ask = { model: "llama", prompt: "hi" };
const llama = { name: "llama", answer: "from here" };
/** Costs are alike, since no time passes while they are probed; so the priority decides: `a` first. */
const aFirst: TestRouterOptions = { instances: { a: { priority: 1 } } };

async function twoMachines(fault?: Fault, options: TestRouterOptions = {}) {
  const clock = stopClock();
  const router = await startRouter([{ models: [llama] }, { models: [llama] }], { ...aFirst, ...options });
  await router.fleet.current();
  if (fault !== undefined) router.servers[0]?.inject(fault);
  return { ...router, clock };
}

describe("a named model goes on to another instance", () => {
  test.each<[string, Fault, string]>([
    ["a reset connection", { kind: "reset" }, "unreachable"],
    ["a full queue", { kind: "queue-full" }, "busy"],
    ["a limit of requests", { kind: "rate-limited" }, "busy"],
    ["a limit of requests with Retry-After", { kind: "rate-limited", retryAfter: 60 }, "busy"],
    ["a machine out of memory", { kind: "out-of-memory" }, "crashed"],
    ["a runner that dies at once", { kind: "runner-terminated" }, "crashed"],
    ["a model that is listed and not there", { kind: "ghost" }, "missing"],
    ["a sign-in that is asked for", { kind: "signed-out" }, "unauthorized"],
    ["an error line in the stream", { kind: "error-after-tokens", tokens: 1 }, "crashed"],
    ["a stream without its end", { kind: "cut-after-tokens", tokens: 1 }, "broken"],
    ["a connection lost in the answer", { kind: "reset-after-tokens", tokens: 1 }, "broken"],
    ["HTML instead of an answer", { kind: "html", path: "/api/generate" }, "broken"],
  ])("after %s", async (_what, fault, outcome) => {
    const { client, fleet } = await twoMachines(fault);
    const result = await client.callTool("ask_model", ask);
    expect(result.structuredContent).toMatchObject({ data: { response: "from here", instance: "b" } });
    const { attempts } = detailsOf(result);
    const outcomes = attempts.map((attempt) => [attempt.instance, attempt.outcome]);
    expect(outcomes.at(0)).toEqual(["a", outcome]);
    expect(outcomes.at(-1)).toEqual(["b", "answered"]);
    expect(inFlight(fleet)).toBe(0);
  });

  test("after a refused connection, and the breaker keeps the next call away", async () => {
    const { client, servers } = await twoMachines();
    await servers[0]?.goDown();
    const first = await client.callTool("ask_model", ask);
    expect(detailsOf(first).attempts.map(({ outcome }) => outcome)).toEqual(["unreachable", "answered"]);
    const second = await client.callTool("ask_model", ask);
    expect(detailsOf(second).attempts.map(({ outcome }) => outcome)).toEqual(["answered"]);
  });

  test("when the first byte is late", async () => {
    const { client, servers, clock } = await twoMachines({ kind: "silent", path: "/api/generate" });
    const asked = client.callTool("ask_model", { ...ask, timeoutMs: 2_000 });
    await servers[0]?.until(({ inFlight }) => inFlight["/api/generate"] === 1);
    await clock.advance(1_000);
    const result = await asked;
    expect(result.structuredContent).toMatchObject({ data: { instance: "b" } });
    expect(detailsOf(result).attempts[0]).toMatchObject({ outcome: "unreachable", instance: "a" });
  });

  test("when the answer falls silent", async () => {
    const { client, fleet, servers, clock } = await twoMachines({ kind: "hang-after-tokens", tokens: 1 });
    const said: string[] = [];
    const onProgress = ({ message = "" }) => void said.push(message);
    const asked = client.callTool("ask_model", { ...ask, timeoutMs: 60_000 }, { onProgress });
    await vi.waitFor(() => expect(said).toContain("generating, 1 tokens"), { timeout: 60_000 });
    await clock.advance(30_000);
    const result = await asked;
    expect(result.structuredContent).toMatchObject({ data: { response: "from here", instance: "b" } });
    expect(detailsOf(result).attempts).toMatchObject([
      { outcome: "broken", instance: "a", error: { message: expect.stringMatching(/nothing more/) } },
      { outcome: "answered", instance: "b" },
    ]);
    await servers[0]?.until(({ totalInFlight }) => totalInFlight === 0);
    expect(inFlight(fleet)).toBe(0);
  });

  test("that was started beside the only one just before that went down", async () => {
    stopClock();
    const newcomer = await createTestOllama({ models: [llama] });
    onTestFinished(() => newcomer.close());
    await newcomer.goDown();
    const ports = new URL(newcomer.url).port;
    const { client, servers, fleet } = await startRouter([{ models: [llama] }], { ports });
    await fleet.current();
    await newcomer.comeBack();
    await servers[0]?.goDown();
    const result = await client.callTool("ask_model", ask);
    expect(result.structuredContent).toMatchObject({ data: { response: "from here" } });
    expect(detailsOf(result).attempts.map(({ outcome }) => outcome)).toEqual(["unreachable", "answered"]);
  });

  test("when a name does not resolve, nothing is at an address, or it swallows everything", async () => {
    const dead = ["http://no-such-host.invalid:11434", "http://127.0.0.1:9", "http://192.0.2.1:11434"];
    const { client } = await startRouter([{ models: [llama] }], { dead });
    expect((await client.callTool("ask_model", ask)).isError).toBeFalsy();
  });

  test("that failed lately, when no better one is left", async () => {
    const { client, servers, fleet } = await startRouter([{ models: [llama] }, { models: [llama] }]);
    await fleet.current();
    const [instance] = fleet.instances;
    if (instance === undefined) throw new Error("there is no instance");
    for (let failure = 0; failure < 2; failure++)
      fleet.observe({
        instance,
        model: "llama:latest",
        outcome: "server-error",
        startedMs: performance.now(),
      });
    servers[1]?.inject({ kind: "out-of-memory" });
    const result = await client.callTool("ask_model", ask);
    expect(result.structuredContent).toMatchObject({ data: { instance: "a" } });
    expect(detailsOf(result).attempts.map((attempt) => attempt.instance)).toEqual(["b", "a"]);
  });

  test("that was down at the last look and is back, when no better one is left", async () => {
    const { client, servers, fleet } = await twoMachines();
    await servers[0]?.goDown();
    await fleet.look({ fresh: "everything" });
    expect(fleet.instances[0]?.reachable).toBe(false);
    await servers[0]?.comeBack();
    await servers[1]?.goDown();
    const result = await client.callTool("ask_model", ask);
    expect(result.structuredContent).toMatchObject({ data: { response: "from here", instance: "a" } });
  });

  test("that is still silent after it was down is told as such, not as a deadline of the caller's", async () => {
    const { client, servers, fleet } = await startRouter([{ models: [llama] }]);
    await fleet.current();
    await servers[0]?.goDown();
    await fleet.look({ fresh: "everything" });
    await servers[0]?.comeBack();
    servers[0]?.inject({ kind: "silent" });
    const result = await client.callTool("ask_model", ask);
    expect(result.structuredContent).toMatchObject({
      error: { code: "OLLAMA_CONNECTION_FAILED", message: "a does not answer" },
    });
  });

  test("but not to another model, and an instance is not asked twice", async () => {
    const other = { name: "other", answer: "not me" };
    const { client, servers } = await startRouter([{ models: [llama, other] }, { models: [llama, other] }]);
    for (const server of servers) server.inject({ kind: "out-of-memory", model: "llama" });
    const result = await client.callTool("ask_model", ask);
    expect(result.isError).toBe(true);
    expect(result.structuredContent).toMatchObject({ error: { code: "OLLAMA_PROCESSING_ERROR" } });
    expect(servers.map(({ counters }) => counters.requests["/api/generate"])).toEqual([1, 1]);
    expect(result.content[0]?.text).toMatch(/llama:latest on a: crashed after \d+ ms/);
  });

  test("twice at most, with every attempt in the error", async () => {
    const { client, servers } = await startRouter(Array.from({ length: 4 }, () => ({ models: [llama] })));
    for (const server of servers) server.inject({ kind: "runner-terminated" });
    const result = await client.callTool("ask_model", ask);
    const { error } = result.structuredContent as {
      error: { details: { attempts: { instance: string }[] } };
    };
    const instances = error.details.attempts.map(({ instance }) => instance);
    expect(instances).toHaveLength(3);
    expect(new Set(instances).size).toBe(3);
  });
});

describe("the same instance is asked again", () => {
  test("after its Retry-After, when there is no other", async () => {
    const { client, servers } = await startRouter([{ models: [llama] }]);
    servers[0]?.inject({ kind: "rate-limited", retryAfter: 0.05, times: 1 });
    const result = await client.callTool("ask_model", ask);
    expect(detailsOf(result).attempts.map(({ outcome }) => outcome)).toEqual(["busy", "answered"]);
  });

  test.each([
    ["there is no Retry-After", {}, 60_000],
    ["the deadline comes before it", { retryAfter: 60 }, 30_000],
  ])("not when %s", async (_what, extra, timeoutMs) => {
    const { client, servers } = await startRouter([{ models: [llama] }]);
    servers[0]?.inject({ kind: "rate-limited", ...extra });
    const result = await client.callTool("ask_model", { ...ask, timeoutMs });
    expect(result.structuredContent).toMatchObject({ error: { code: "OLLAMA_BUSY" } });
    expect(servers[0]?.counters.requests["/api/generate"]).toBe(1);
  });

  test("when it still lists the model that it did not find", async () => {
    const { client, servers } = await startRouter([{ models: [llama] }]);
    servers[0]?.inject({ kind: "ghost", times: 1 });
    const result = await client.callTool("ask_model", ask);
    expect(detailsOf(result).attempts.map(({ outcome }) => outcome)).toEqual(["missing", "answered"]);
  });
});

describe("where no model was named, another one steps in", () => {
  const routing = { categories: { chores: { models: ["big", "small"] } } };
  const big = { name: "big", size_bytes: 20e9, answer: "big", capabilities: ["completion"] };
  const small = { name: "small", size_bytes: 2e9, answer: "small", capabilities: ["completion"] };
  const task = { category: "chores", prompt: "hi" };

  test.each<[string, Fault]>([
    ["memory is short", { kind: "out-of-memory", model: "big" }],
    ["the pointer to the cloud is signed out", { kind: "signed-out", model: "big" }],
    [
      "the model cannot do it",
      { kind: "status", status: 400, model: "big", message: '"big" does not support thinking' },
    ],
    ["the model is gone", { kind: "ghost", model: "big" }],
  ])("on the same machine when %s", async (_what, fault) => {
    const cloud = fault.kind === "signed-out" ? { cloud: true as const } : {};
    const { client, servers } = await startRouter([{ models: [{ ...big, ...cloud }, small] }], { routing });
    servers[0]?.inject(fault);
    const result = await client.callTool("route_task", task);
    expect(result.structuredContent).toMatchObject({ data: { response: "small", model: "small:latest" } });
  });

  test("not for one that is only busy", async () => {
    const { client, servers } = await startRouter([{ models: [big, small] }], { routing });
    servers[0]?.inject({ kind: "queue-full", model: "big" });
    const result = await client.callTool("route_task", task);
    expect(result.structuredContent).toMatchObject({ error: { code: "OLLAMA_BUSY" } });
  });

  test("for a busy one where a policy names it", async () => {
    const policies = [{ name: "either", use: { models: ["big", "small"] } }];
    const scripts = [{ models: [big] }, { models: [small] }];
    const { client, servers } = await startRouter(scripts, { routing: { ...routing, policies } });
    servers[0]?.inject({ kind: "queue-full", model: "big" });
    const result = await client.callTool("route_task", task);
    expect(result.structuredContent).toMatchObject({ data: { response: "small", instance: "b" } });
  });
});

describe("text that was passed on as it came", () => {
  const fault: Fault = { kind: "cut-after-tokens", tokens: 1 };
  const limits = () => ({ timeoutMs: 60_000, deliversText: true });

  test("is not run again elsewhere", async () => {
    const { router } = await twoMachines(fault);
    const run = router.run(ask, limits());
    await expect(run).rejects.toMatchObject({ code: "OLLAMA_PROCESSING_ERROR" });
  });

  test("is, as long as nothing of it had come", async () => {
    const { router } = await twoMachines({ kind: "queue-full" });
    expect(await router.run(ask, limits())).toMatchObject({ instance: "b" });
  });
});

describe("answers arrive whole", () => {
  const answer = "Größe: naïve 東京 🚀 ok";

  test("however the transport cuts lines and characters", async () => {
    const { client, servers } = await startRouter([{ models: [{ name: "llama", answer }] }]);
    servers[0]?.inject({ kind: "split-bytes", path: "/api/generate" });
    const result = await client.callTool("ask_model", ask);
    expect(result.structuredContent).toMatchObject({ data: { response: answer } });
  });

  test("from a model that was evicted between look and call", async () => {
    const { client, servers } = await startRouter([{ models: [llama] }]);
    await client.callTool("ask_model", ask);
    servers[0]?.unload("llama");
    expect((await client.callTool("ask_model", ask)).isError).toBeFalsy();
  });
});
