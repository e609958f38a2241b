import { createTestOllama, endlessAnswers, oddLists, type TestOllama } from "@ollama-bridge/test-kit";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { startRouter } from "./router-server.ts";

let healthy: TestOllama;
let odd: TestOllama;

beforeAll(async () => {
  healthy = await createTestOllama({
    models: ["good:1b", "odd:1b", "deepcoder:1.5b"].map((name) => ({
      name,
      digest: "d",
      size_bytes: 5e9,
      answer: "from the healthy one",
    })),
  });
  odd = await createTestOllama({ models: [{ name: "odd:1b", digest: "d" }], olderTags: true });
});
afterEach(() => odd.clearFaults());
afterAll(() => Promise.all([healthy, odd].map((server) => server.close())));

/** The calls that have to work, whatever the odd member says of itself. */
const calls: [tool: string, args: object][] = [
  ["list_models", {}],
  ["ask_model", { model: "good:1b", prompt: "hi" }],
  ["ask_model", { model: "odd:1b", prompt: "hi" }],
  ["route_task", { category: "code", prompt: "hi" }],
  ["route_request", { prompt: "hi", explain: true }],
  ["assess_capability", { task_description: "say hi" }],
  ["fleet_status", {}],
  ["discover_instances", {}],
  ["list_models", { capability: "completion", refresh: true }],
];

/** A fleet of a healthy member, `a`, and the odd one, `b`, which is asked first where both could answer. */
async function fleetWithOdd() {
  const router = await startRouter([], { shared: [healthy, odd], instances: { b: { priority: 1 } } });
  const data = async (tool: string, args: object) => {
    const { structuredContent } = await router.client.callTool(tool, { ...args });
    expect(structuredContent?.error, `${tool} ${JSON.stringify(args)}`).toBeUndefined();
    return structuredContent?.data;
  };
  return { ...router, data };
}

describe("a member with an odd list of models breaks no call", () => {
  test.each(Object.entries(oddLists()))("%s", async (_what, body) => {
    for (const path of ["/api/tags", "/api/ps"]) odd.inject({ kind: "body", path, body });
    const { data } = await fleetWithOdd();
    for (const [tool, args] of calls) await data(tool, args);
    expect(await data("list_models", { tier: "balanced" })).toMatchObject({
      models: { "good:1b": { instances: ["a"] } },
    });
  });
});

const oddBodies = ["null", "[]", "5", '"x"', "{", "", '{"error":5}', '{"error":{"message":{}}}', "<html>"];

describe.each(["/api/version", "/api/tags", "/api/ps", "/api/show", "/api/generate", "/api/chat"])(
  "a member breaks no call that answers %s with",
  (path) => {
    test.each(oddBodies)("%j", async (body) => {
      odd.inject({ kind: "body", path, body });
      const { data } = await fleetWithOdd();
      for (const [tool, args] of calls) await data(tool, args);
    });

    test.each(["line", "list"] as const)("an endless %s", async (name) => {
      odd.inject({ ...endlessAnswers()[name], path });
      const { data } = await fleetWithOdd();
      for (const [tool, args] of calls) await data(tool, args);
    });
  },
);

test("what could not be used is said of that member, in the answer and its text", async () => {
  odd.inject({ kind: "body", path: "/api/tags", body: '{"models":[null,{"name":"odd:1b"}]}' });
  const { client, data } = await fleetWithOdd();
  const warning = "/api/tags: 1 entry was left out: an entry has to be an object";
  expect(await data("list_models", {})).toMatchObject({ warnings: [`b: ${warning}`] });
  expect(await data("fleet_status", {})).toMatchObject({
    instances: [{ name: "a" }, { name: "b", warnings: [warning] }],
  });
  expect(await data("discover_instances", {})).toMatchObject({
    instances: [{ name: "a" }, { name: "b", warnings: [warning] }],
  });
  for (const tool of ["list_models", "fleet_status", "discover_instances"])
    expect((await client.callTool(tool, {})).content[0]?.text).toContain(`b: ${warning}`);
});

test("a list that cannot be read is told by the member's name, and the other's models stay", async () => {
  odd.inject({ kind: "body", path: "/api/tags", body: '{"models":"none"}' });
  const { data } = await fleetWithOdd();
  expect(await data("list_models", {})).toMatchObject({
    models: { "good:1b": {} },
    warnings: [expect.stringMatching(/^b: OLLAMA_PROCESSING_ERROR: .*list of models/)],
  });
});

test("a member that lists models it does not have costs no call its answer", async () => {
  const models = Array.from({ length: 10 }, (_, index) => ({ name: `phantom-${index}:1b`, size: 1e9 }));
  odd.inject({ kind: "body", path: "/api/tags", body: JSON.stringify({ models }) });
  const { data } = await fleetWithOdd();
  for (const performance of ["fast", "balanced", "powerful"])
    expect(await data("route_request", { prompt: "hi", performance })).toMatchObject({ instance: "a" });
});

test("a member that claims another's digest and that its model can do nothing takes nothing from the other", async () => {
  const liar = { name: "good:1b", digest: "d", capabilities: ["embedding"], details: { context_length: 1 } };
  odd.inject({ kind: "body", path: "/api/tags", body: JSON.stringify({ models: [liar] }) });
  odd.inject({
    kind: "body",
    path: "/api/show",
    body: '{"capabilities":["embedding"],"model_info":{"general.architecture":"x","x.context_length":1}}',
  });
  const { data } = await fleetWithOdd();
  await data("list_models", {});
  expect(await data("ask_model", { model: "good:1b", prompt: "hi" })).toMatchObject({
    response: "from the healthy one",
    instance: "a",
  });
  const { models } = (await data("list_models", { capability: "completion" })) as { models: object };
  expect(Object.keys(models)).toContain("good:1b");
});
