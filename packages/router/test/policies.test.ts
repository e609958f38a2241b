import { stopClock } from "@ollama-bridge/test-kit/contract";
import { describe, expect, test } from "vitest";
import { detailsOf, startRouter } from "./router-server.ts";

const small = { name: "small", size_bytes: 1e9, answer: "small" };
const large = { name: "large", size_bytes: 14e9, answer: "large" };
const ask = { model: "small", prompt: "hi" };

async function answerTo(tool: string, args: object, routing: object, instances: object = {}) {
  // No time passes while the instances are probed: they cost alike.
  stopClock();
  const scripts = [{ models: [small, large] }, { models: [small, large] }];
  const { client } = await startRouter(scripts, { routing, instances: instances as never });
  const result = await client.callTool(tool, { ...args });
  return { result, data: result.structuredContent?.data as Record<string, unknown> | undefined };
}

describe("a policy", () => {
  test.each<[string, object]>([
    ["forbids an instance", { forbid: { instances: ["a"] } }],
    ["allows one only", { use: { instances: ["b"] } }],
    ["goes by region", { use: { regions: ["eu"] } }],
    ["goes by tag", { forbid: { tags: ["slow"] } }],
  ])("%s", async (_what, rule) => {
    const instances = { a: { priority: 1, tags: ["slow"] }, b: { region: "eu" } };
    const policies = [{ name: "rule", ...rule }];
    const { data } = await answerTo("ask_model", ask, { policies }, instances);
    expect(data).toMatchObject({ instance: "b" });
  });

  test.each<[string, object]>([
    ["another category", { category: "math" }],
    ["a prompt without the word", { prompt_matches: "secret" }],
    ["a short prompt", { tokens_over: 1_000 }],
    ["another tool", { caller: "batch_ask" }],
  ])("does not apply to %s", async (_what, when) => {
    const policies = [{ name: "rule", when, forbid: { instances: ["a"] } }];
    const { data } = await answerTo("ask_model", ask, { policies }, { a: { priority: 1 } });
    expect(data).toMatchObject({ instance: "a" });
  });

  test("restricts models by tier where none was named", async () => {
    const policies = [{ name: "big ones", when: { prompt_matches: "contract" }, use: { tier: "powerful" } }];
    const { data } = await answerTo("route_request", { prompt: "Is this contract good?" }, { policies });
    expect(data).toMatchObject({ response: "large" });
  });

  test("that matches nothing opens, and says so", async () => {
    const policies = [{ name: "moon base", use: { regions: ["moon"] } }];
    const { data } = await answerTo("ask_model", ask, { policies });
    expect(data).toMatchObject({
      response: "small",
      warnings: ["The policy moon base matches nothing that is installed; it was not applied."],
    });
  });

  test("of privacy never opens", async () => {
    const policies = [
      { name: "patients", when: { prompt_matches: "patient" }, use: { privacy: "local_only" } },
    ];
    const cloud = { name: "big:cloud", cloud: true as const, answer: "cloud" };
    const { client } = await startRouter([{ models: [cloud] }], { routing: { policies } });
    const open = await client.callTool("ask_model", { model: "big:cloud", prompt: "hi" });
    expect(open.isError).toBeFalsy();
    const closed = await client.callTool("ask_model", { model: "big:cloud", prompt: "about a patient" });
    expect(closed.structuredContent).toMatchObject({
      error: { code: "NO_ROUTE", details: { tried: [{ reason: "forbidden by the policy patients" }] } },
    });
  });
});

describe("an experiment", () => {
  const experiments = [{ name: "size", split: { small: 50, large: 50 } }];

  test("splits requests, the same request always alike, and counts what became of each arm", async () => {
    const { client, router } = await startRouter([{ models: [small, large] }], { routing: { experiments } });
    const answers = new Map<string, unknown>();
    for (let round = 0; round < 2; round++) {
      for (let request = 0; request < 12; request++) {
        const prompt = `request ${request}`;
        const result = await client.callTool("route_request", { prompt });
        const { data } = result.structuredContent as { data: { response: string } };
        const { response } = data;
        expect(answers.get(prompt) ?? response).toBe(response);
        answers.set(prompt, response);
      }
    }
    expect(new Set(answers.values())).toEqual(new Set(["small", "large"]));
    const { size = {} } = router.experiments.view() ?? {};
    const calls = Object.values(size).map((arm) => arm.calls);
    expect(calls.reduce((sum, count) => sum + count, 0)).toBe(24);
    expect(size["small:latest"]).toMatchObject({ failures: 0, mean_tokens: expect.any(Number) });
  });

  test("leaves a named model alone", async () => {
    const only = [{ name: "size", split: { large: 100 } }];
    const { data } = await answerTo("ask_model", ask, { experiments: only });
    expect(data).toMatchObject({ response: "small" });
  });
});

describe("what an answer costs", () => {
  test("is nothing on a machine of one's own, and dollars where a price is known", async () => {
    const { data: free } = await answerTo("ask_model", ask, {});
    expect(free).toMatchObject({ cost: { local: 0 } });
    const { data: paid } = await answerTo("ask_model", ask, { prices: { small: 1_000_000 } });
    const { usage, cost } = paid as { usage: { input_tokens: number; output_tokens: number }; cost: object };
    expect(cost).toEqual({ usd: usage.input_tokens + usage.output_tokens });
  });

  test("is added up with what delegating saved", async () => {
    const routing = { prices: { client: 1_000_000 } };
    const { client, router } = await startRouter([{ models: [small] }], { routing });
    await client.callTool("ask_model", ask);
    const { tokens, usd, saved_usd, answers } = router.spending.view() ?? {};
    expect({ usd, saved_usd, answers }).toEqual({ usd: 0, saved_usd: tokens, answers: 1 });
  });
});

describe("a missing model", () => {
  const auto_pull = { enabled: true, models: ["wanted"], max_size_gb: 10 };
  const wanted = { name: "wanted", size_bytes: 2e9, answer: "pulled" };
  const pulls = [{ model: wanted }];

  test("is pulled once for all who want it, where the operator allows it", async () => {
    const { client, servers } = await startRouter([{ models: [small], pulls }], { routing: { auto_pull } });
    const call = () => client.callTool("ask_model", { model: "wanted", prompt: "hi" });
    const results = await Promise.all([call(), call(), call()]);
    for (const result of results)
      expect(result.structuredContent).toMatchObject({ data: { response: "pulled" } });
    expect(servers[0]?.counters.requests["/api/pull"]).toBe(1);
  });

  test.each([
    ["by default", {}],
    ["when it is not listed", { auto_pull: { enabled: true, models: ["other"] } }],
  ])("is not pulled %s", async (_what, routing) => {
    const { client, servers } = await startRouter([{ models: [small], pulls }], { routing });
    const result = await client.callTool("ask_model", { model: "wanted", prompt: "hi" });
    expect(result.structuredContent).toMatchObject({ error: { code: "MODEL_NOT_FOUND" } });
    expect(servers[0]?.counters.requests["/api/pull"]).toBeUndefined();
  });

  test("is given up when it is larger than allowed", async () => {
    const routing = { auto_pull: { ...auto_pull, max_size_gb: 0.001 } };
    const { client } = await startRouter([{ models: [small], pulls }], { routing });
    const result = await client.callTool("ask_model", { model: "wanted", prompt: "hi" });
    expect(result.content[0]?.text).toContain("may be pulled");
  });
});

test("a full disk is told", async () => {
  const pulls = [{ model: { name: "wanted" }, fails: "disk-full" as const }];
  const routing = { auto_pull: { enabled: true, models: ["wanted"] } };
  const { client } = await startRouter([{ models: [small], pulls }], { routing });
  const result = await client.callTool("ask_model", { model: "wanted", prompt: "hi" });
  expect(result.content[0]?.text).toContain("The disk of a is full");
});

test("the details name the experiment and the candidates, not the data", async () => {
  const { result, data } = await answerTo("ask_model", ask, {});
  expect(data).not.toHaveProperty("considered");
  expect(detailsOf(result).considered).toHaveLength(2);
});
