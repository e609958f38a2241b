import type { RunEvent } from "@ollama-bridge/core-client";
import { pairOf } from "@ollama-bridge/discovery";
import type { ModelScript } from "@ollama-bridge/test-kit";
import { describe, expect, test } from "vitest";
import type { RouteRequest } from "../src/plan.ts";
import { inFlight, startRouter, type TestRouter } from "./router-server.ts";

const llama = { name: "llama", answer: "hello" };
const twoMachines = () => startRouter([{ models: [llama] }, { models: [llama] }]);
/** More than a breaker takes on both machines. */
const OFTEN = 12;

/** That nothing is held against any machine, and that the next call is answered. */
async function expectNoBlame({ fleet, client }: TestRouter): Promise<void> {
  const nowMs = performance.now();
  for (const instance of fleet.instances) {
    const breakers = [instance.breaker, pairOf(instance, "llama:latest").breaker];
    expect(breakers.map((breaker) => breaker.state(nowMs))).toEqual(["closed", "closed"]);
    expect(instance.failures.at(nowMs) ?? 0).toBe(0);
  }
  const result = await client.callTool("ask_model", { model: "llama", prompt: "hi" });
  expect(result.structuredContent).toMatchObject({ data: { response: "hello" } });
  expect(inFlight(fleet)).toBe(0);
}

type Value = Record<string, unknown>;

function nested(levels: number): Value {
  let value: Value = {};
  for (let level = 0; level < levels; level++) value = { value };
  return value;
}

function cycle(): Value {
  const value: Value = {};
  value.again = value;
  return value;
}

const unwritable: Record<string, () => Value> = {
  "nested 20,000 deep": () => nested(20_000),
  "a cycle": cycle,
  "a bigint": () => ({ seed: 1n }),
  "a value whose form as JSON fails": () => ({
    toJSON() {
      throw new RangeError("no form");
    },
  }),
};
const places: Record<string, (value: Value) => Partial<RouteRequest>> = {
  options: (value) => ({ options: { deep: value } }),
  format: (value) => ({ format: value }),
  tools: (value) => ({
    prompt: undefined,
    messages: [{ role: "user", content: "hi" }],
    tools: [{ function: { name: "deep", parameters: value } }],
  }),
};
const requests = Object.entries(unwritable).flatMap(([what, make]) =>
  Object.entries(places).map(([where, put]) => [`${what} in ${where}`, () => put(make())] as const),
);

describe("what a caller did wrong is held against no machine", () => {
  test.each(requests)("%s", async (_what, request) => {
    const router = await startRouter([
      { models: [{ ...llama, capabilities: ["completion", "tools"] }] },
      { models: [{ ...llama, capabilities: ["completion", "tools"] }] },
    ]);
    for (let call = 0; call < OFTEN; call++) {
      const run = router.router.run({ model: "llama", prompt: "hi", ...request() }, { timeoutMs: 60_000 });
      await expect(run).rejects.toMatchObject({ code: "VALIDATION_ERROR" });
    }
    await expectNoBlame(router);
  });

  test.each<RunEvent["type"]>(["queued", "loading", "generating"])(
    "a listener that throws when it hears %s",
    async (type) => {
      const router = await twoMachines();
      const onEvent = (event: RunEvent) => {
        if (event.type === type) throw new TypeError("a defect");
      };
      for (let call = 0; call < OFTEN; call++) {
        const run = router.router.run({ model: "llama", prompt: "hi" }, { timeoutMs: 60_000, onEvent });
        await expect(run).rejects.toThrow("a defect");
      }
      await expectNoBlame(router);
    },
  );

  test("options that are nested too deep never leave the tool", async () => {
    const router = await twoMachines();
    for (let call = 0; call < OFTEN; call++) {
      const args = { model: "llama", prompt: "hi", options: nested(64) };
      const result = await router.client.callTool("ask_model", args);
      expect(result.structuredContent).toMatchObject({
        error: { code: "VALIDATION_ERROR", details: { path: expect.stringMatching(/^options\.value\./) } },
      });
    }
    for (const { counters } of router.servers) expect(counters.requests["/api/generate"] ?? 0).toBe(0);
    await expectNoBlame(router);
  });

  test("a deadline that leaves no machine the time to answer", async () => {
    const router = await twoMachines();
    // A load that was begun would go on without its caller.
    for (const server of router.servers) await server.load("llama");
    await router.fleet.current();
    for (const server of router.servers) server.inject({ kind: "silent", path: "/api/generate" });
    for (let call = 0; call < OFTEN; call++) {
      const result = await router.client.callTool("ask_model", {
        model: "llama",
        prompt: "hi",
        timeoutMs: 100,
      });
      expect(result.structuredContent).toMatchObject({ error: { code: "TIMEOUT_EXCEEDED" } });
    }
    for (const server of router.servers) server.clearFaults();
    await expectNoBlame(router);
  });
});

describe("what went wrong belongs to", () => {
  /** Two machines, of which the first is asked first. */
  const preferFirst = (models: ModelScript[]) =>
    startRouter([{ models }, { models }], { instances: { a: { priority: 5 } } });
  const ask = ({ client }: TestRouter, model: string) =>
    client.callTool("ask_model", { model, prompt: "hi" });

  test.each([402, 404, 405, 408, 409, 410, 413, 421, 502])(
    "the front of the machine: its own page with %d, another machine answers",
    async (status) => {
      const router = await preferFirst([llama]);
      router.servers[0]?.inject({ kind: "front", status, path: "/api/generate" });
      const result = await ask(router, "llama");
      expect(result.structuredContent).toMatchObject({ data: { response: "hello", instance: "b" } });
      const [a] = router.fleet.instances;
      expect(a?.failures.at(performance.now()) ?? 0).toBeGreaterThan(0);
    },
  );

  test.each([
    [429, "you have reached your weekly limit"],
    [402, "payment required"],
  ])("the account: a limit of the cloud (%d), and no machine is blamed", async (status, error) => {
    const router = await preferFirst([llama, { name: "large:cloud", answer: "from afar" }]);
    const body = JSON.stringify({ error });
    for (const server of router.servers)
      server.inject({ kind: "body", status, body, path: "/api/generate", model: "large:cloud" });
    const result = await ask(router, "large:cloud");
    expect(result.structuredContent).toMatchObject({ error: { code: "QUOTA_EXCEEDED" } });
    await expectNoBlame(router);
  });

  test.each([["llama runner process has terminated: exit status 2"], ["CUDA error: out of memory"]])(
    "the model on that machine: %s; the same model answers elsewhere, other models there too",
    async (error) => {
      const router = await preferFirst([llama, { name: "other", answer: "me too" }]);
      const body = JSON.stringify({ error });
      router.servers[0]?.inject({ kind: "body", status: 500, body, path: "/api/generate", model: "llama" });
      const result = await ask(router, "llama");
      expect(result.structuredContent).toMatchObject({ data: { response: "hello", instance: "b" } });
      const other = await ask(router, "other");
      expect(other.structuredContent).toMatchObject({ data: { response: "me too", instance: "a" } });
    },
  );

  test("the text: an embedding that is no number is told, and nothing is avoided", async () => {
    const router = await preferFirst([llama, { name: "embedder", capabilities: ["embedding"] }]);
    const body = JSON.stringify({ error: "failed to encode response: json: unsupported value: NaN" });
    for (const server of router.servers)
      server.inject({ kind: "body", status: 500, body, path: "/api/embed" });
    for (let call = 0; call < OFTEN; call++)
      await expect(router.router.embed({ model: "embedder", input: ["hi"] })).rejects.toMatchObject({
        attributedTo: "text",
      });
    await expectNoBlame(router);
  });
});

describe("a key that no header can hold", () => {
  const key = "two\nlines";

  test("leaves its machine out and says what to correct, and the others answer", async () => {
    const { client, fleet } = await startRouter([{ models: [llama] }, { models: [llama] }], {
      instances: { a: { key, priority: 1 } },
    });
    const result = await client.callTool("ask_model", { model: "llama", prompt: "hi" });
    expect(result.structuredContent).toMatchObject({ data: { instance: "b" } });
    const [a] = fleet.instances;
    expect(a?.breaker.state(performance.now())).toBe("closed");
  });

  test("is told where there is no other", async () => {
    const { client } = await startRouter([{ models: [llama] }], { instances: { a: { key } } });
    const result = await client.callTool("ask_model", { model: "llama", prompt: "hi" });
    expect(result.content[0]?.text).toMatch(/^CONFIG_INVALID: .*Correct the address and the key/);
    expect(result.content[0]?.text).not.toContain("lines");
  });
});
