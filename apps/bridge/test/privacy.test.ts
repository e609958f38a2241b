import type { TestOllama } from "@ollama-bridge/test-kit";
import { describe, expect, test } from "vitest";
import { startBridge } from "./bridge-in-process.ts";

const capabilities = ["completion", "embedding"];
const cloud = { name: "kimi:cloud", cloud: true as const, capabilities, answer: "cloud" };
const here = { name: "here", answer: "here" };
const model = cloud.name;
const schema = { type: "object", description: "of the patient" };
const routing = {
  policies: [{ name: "patients", when: { prompt_matches: "patient" }, use: { privacy: "local_only" } }],
};

const asked = (server: TestOllama | undefined) =>
  server?.counters.log.filter(
    ({ path, model: name }) => /generate|chat|embed/.test(path) && name === model,
  ) ?? [];

const system = "the patient";
const messages = [
  { role: "user", content: "the patient" },
  { role: "user", content: "hi" },
];
const prompt = "hi";

describe("a policy sees everything that would leave", () => {
  test.each<[string, object]>([
    ["ask_model", { model, prompt, system }],
    ["batch_ask", { models: [model, model], prompt, system }],
    ["route_request", { model, prompt, system }],
    ["ollama_generate", { model, prompt, system }],
    ["ollama_generate", { model, prompt, response_schema: schema }],
    ["ollama_chat", { model, messages }],
    ["ollama_embed", { model, input: ["hi", "the patient"] }],
    ["consult_ollama", { model, prompt, systemPrompt: system }],
    ["consult_ollama", { model, prompt, context: system }],
    ["compare_ollama_models", { models: [model], prompt, context: system }],
    ["sequential_consultation_chain", { consultants: [{ id: "a", model, prompt, systemPrompt: system }] }],
    ["process_with_ollama", { input_text: prompt, model, system }],
    ["stream_from_ollama", { input_text: prompt, model, system }],
    ["ollama_web_search", { query: system }],
  ])("of %s %j", async (tool, args) => {
    const { client, servers } = await startBridge([{ models: [cloud, here] }], { config: { routing } });
    const result = await client.callTool(tool, { ...args });
    expect(result.content[0]?.text).toMatch(/NO_ROUTE/);
    expect(asked(servers[0])).toEqual([]);
  });
});

test.each<[string, object]>([
  ["ask_model", { model, prompt }],
  ["batch_ask", { models: [model, model], prompt }],
  ["ollama_generate", { model, prompt }],
  ["ollama_chat", { model, messages }],
  ["ollama_embed", { model, input: ["hi"] }],
  ["consult_ollama", { model, prompt }],
  ["compare_ollama_models", { models: [model], prompt }],
  ["sequential_consultation_chain", { consultants: [{ id: "a", model, prompt }] }],
  ["process_with_ollama", { input_text: prompt, model }],
  ["stream_from_ollama", { input_text: prompt, model }],
])("local_only of %s never reaches the cloud", async (tool, args) => {
  const { client, servers } = await startBridge([{ models: [cloud, here] }]);
  const result = await client.callTool(tool, { ...args, privacy: "local_only" });
  expect(result.isError).toBe(true);
  expect(asked(servers[0])).toEqual([]);
});

test("a session stays where it was once kept, and says so", async () => {
  const { client, servers } = await startBridge([{ models: [cloud, here] }], { config: { routing } });
  const say = (args: object) => client.callTool("route_request", { session_id: "main", prompt, ...args });
  const first = await say({ model: "here", system });
  expect(first.content[1]?.text).toMatch(/kept to private machines|stays on private machines from now on/);
  const second = await say({ model });
  expect(second.content[0]?.text).toMatch(/^NO_ROUTE: .*session stays on private machines/);
  expect(asked(servers[0])).toEqual([]);
  expect((await say({ model: "here" })).structuredContent).toMatchObject({ data: { privacy: "local_only" } });
});

test("what a step of a chain said on private machines stays there", async () => {
  const { client, servers } = await startBridge([{ models: [cloud, here] }], { config: { routing } });
  const consultants = [
    { id: "a", model: "here", prompt, systemPrompt: system },
    { id: "b", model, prompt: "go on: {a}" },
  ];
  const result = await client.callTool("sequential_consultation_chain", { consultants });
  expect(result.content[0]?.text).toMatch(/^CHAIN_EXECUTION_FAILED: Step 2 of 2.*NO_ROUTE/);
  const search = [consultants[0], { id: "b", model: "web_search", prompt: "{a}" }];
  const searched = await client.callTool("sequential_consultation_chain", { consultants: search });
  expect(searched.content[0]?.text).toMatch(/Step 2 of 2.*web_search would send/);
  expect(asked(servers[0])).toEqual([]);
});

test("what is forbidden stays forbidden to a model that was named", async () => {
  const policies = [{ name: "no cloud", forbid: { models: [model] } }];
  const { client, servers } = await startBridge([{ models: [cloud, here] }], {
    config: { routing: { policies } },
  });
  const result = await client.callTool("ask_model", { model, prompt });
  expect(result.content[0]?.text).toMatch(/^NO_ROUTE: .*no cloud/);
  expect(asked(servers[0])).toEqual([]);
});

test("a look pulls, loads and changes nothing, with auto_pull on", async () => {
  const auto_pull = { enabled: true, models: ["wanted"] };
  const categories = { wishes: { models: ["wanted"] } };
  const script = { models: [], pulls: [{ model: { name: "wanted" } }] };
  const { client, servers } = await startBridge([script], { config: { routing: { auto_pull, categories } } });
  const looks: [string, object][] = [
    ["route_task", { category: "wishes", prompt, dry_run: true, explain: true }],
    ["route_request", { prompt, model: "wanted", dry_run: true }],
    ["assess_capability", { task_description: "anything" }],
    ["list_models", {}],
    ["ollama_list_models", {}],
    ["list_ollama_models", {}],
    ["fleet_status", {}],
  ];
  for (const [tool, args] of looks) await client.callTool(tool, { ...args });
  const changing = /pull|generate|chat|embed|create|copy|delete|push/;
  expect(Object.keys(servers[0]?.counters.requests ?? {}).filter((path) => changing.test(path))).toEqual([]);
  expect(servers[0]?.counters.loads).toEqual([]);
});
