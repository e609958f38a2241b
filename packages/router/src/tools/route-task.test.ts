import { expect, test } from "vitest";
import { startRouter } from "../../test/router-server.ts";

const coder = { name: "qwen2.5-coder:7b", size_bytes: 4.7e9, answer: "code" };
const deepcoder = { name: "deepcoder:1.5b", size_bytes: 1.1e9, answer: "deep" };
const plain = { name: "llama3:8b", size_bytes: 4.7e9, answer: "plain" };

test("the first installed model of the category answers, on the instance that has it", async () => {
  const { client } = await startRouter([{ models: [plain] }, { models: [coder, deepcoder] }]);
  const result = await client.callTool("route_task", { category: "code", prompt: "Sort a list" });
  expect(result.structuredContent).toMatchObject({
    data: {
      response: "deep",
      model: "deepcoder:1.5b",
      instance: "b",
      category: "code",
      reason: expect.any(String),
    },
  });
  expect(result.content.map(({ text }) => text)).toEqual([
    "deep",
    expect.stringMatching(/^— deepcoder:1\.5b on b · .* first installed model of the category code;/),
  ]);
});

test("a preferred model that cannot answer in time is named in the reason", async () => {
  const routing = { categories: { chores: { models: ["big", "small"] } } };
  const models = [
    { name: "big", size_bytes: 60e9, answer: "big" },
    { name: "small", size_bytes: 1e9, answer: "small" },
  ];
  const { client } = await startRouter([{ models }], { routing });
  const task = { category: "chores", prompt: "hi", timeoutMs: 30_000 };
  const result = await client.callTool("route_task", task);
  expect(result.structuredContent).toMatchObject({
    data: { response: "small", reason: expect.stringMatching(/^big:latest, which .* prefers, cannot/) },
  });
});

test("a category that no installed model can do has no route, and says what was looked for", async () => {
  const { client } = await startRouter([{ models: [plain] }]);
  const result = await client.callTool("route_task", { category: "ocr", prompt: "Read this." });
  expect(result.structuredContent).toMatchObject({
    error: {
      code: "NO_ROUTE",
      details: { tried: [{ model: "glm-ocr:latest", instance: "a", reason: "not installed" }] },
    },
  });
  expect(result.content[0]?.text).toMatch(/^NO_ROUTE: .*route_request/);
});

test("a dry run names the choice, its cost and the others, and runs nothing", async () => {
  const { client, servers } = await startRouter([{ models: [coder, deepcoder] }]);
  const result = await client.callTool("route_task", { category: "code", prompt: "Sort", dry_run: true });
  expect(result.structuredContent).toMatchObject({
    data: {
      dry_run: true,
      model: "deepcoder:1.5b",
      instance: "a",
      considered: expect.arrayContaining([
        { model: "qwen2.5-coder:7b", instance: "a", cost_s: expect.any(Number), terms: expect.any(Object) },
      ]),
    },
  });
  expect(servers[0]?.counters.requests["/api/generate"]).toBeUndefined();
  expect(result.content[0]?.text).toMatch(
    /^Would run on deepcoder:1\.5b, a\. .*: [\d.]+ s \(.*load [\d.]+, .*answer/s,
  );
});

test("explained, the answer comes with what was considered and attempted", async () => {
  const { client } = await startRouter([{ models: [coder] }]);
  const result = await client.callTool("route_task", { category: "code", prompt: "Sort", explain: true });
  expect(result.structuredContent).toMatchObject({
    data: { considered: [{ terms: { answer: expect.any(Number) } }], attempts: [{ outcome: "answered" }] },
  });
  expect(result.content[0]?.text).toBe("code");
  expect(result.content.map(({ text }) => text).join("\n")).toMatch(
    /^code\n— qwen2.*first installed model.*- qwen2\.5-coder:7b on a: [\d.]+ s \(.*answer [\d.]+.*Attempts:\n- .*answered after/s,
  );
});

test("local_only never reaches the cloud, not even through a pointer on this machine", async () => {
  const pointer = { name: "devstral-2:123b-cloud", cloud: true as const, answer: "cloud" };
  const { client } = await startRouter([{ models: [pointer, coder] }]);
  const anywhere = await client.callTool("route_task", { category: "code", prompt: "Sort" });
  expect(anywhere.structuredContent).toMatchObject({ data: { response: "cloud" } });
  const here = await client.callTool("route_task", {
    category: "code",
    prompt: "Sort",
    privacy: "local_only",
  });
  expect(here.structuredContent).toMatchObject({ data: { response: "code" } });
});

const localOnly = { privacy: "local_only" };
test.each([
  ["route_task", { category: "code", ...localOnly }, {}],
  ["route_request", localOnly, {}],
  ["ask_model", { model: "mine" }, { policies: [{ name: "stays here", use: localOnly }] }],
])(
  "a copy of a cloud model gets nothing that must stay here, though no list tells of it: %s",
  async (tool, args, routing) => {
    const copy = { name: "mine", cloud: true as const, answer: "cloud" };
    const { client, servers } = await startRouter([{ olderTags: true, remoteTags: false, models: [copy] }], {
      routing: { ...routing, categories: { code: { models: ["mine"] } } },
    });
    const result = await client.callTool(tool, { ...args, prompt: "Sort" });
    expect(result).toMatchObject({ isError: true, structuredContent: { error: { code: "NO_ROUTE" } } });
    expect(result.content[0]?.text).toMatch(/runs in Ollama's cloud|forbidden by the policy/);
    expect(servers[0]?.counters.log.filter(({ path }) => /generate|chat/.test(path))).toEqual([]);
  },
);

test.each([
  ["an address behind which a tunnel leads away", { private: false }, false],
  ["a server that the operator marks", { private: true }, true],
])("local_only and %s", async (_what, marked, isUsed) => {
  const { client, servers } = await startRouter([{ models: [coder] }], { instances: { a: marked } });
  const result = await client.callTool("route_task", { category: "code", prompt: "Sort", ...localOnly });
  expect(result.isError ?? false).toBe(!isUsed);
  expect(servers[0]?.counters.requests["/api/generate"] ?? 0).toBe(isUsed ? 1 : 0);
});

test("a model of an older server is asked about once, and then gets local_only prompts", async () => {
  const { client, servers } = await startRouter([{ olderTags: true, remoteTags: false, models: [coder] }]);
  const args = { category: "code", prompt: "Sort", ...localOnly };
  const results = [await client.callTool("route_task", args), await client.callTool("route_task", args)];
  for (const { structuredContent } of results)
    expect(structuredContent).toMatchObject({ data: { response: "code" } });
  const shown = servers[0]?.counters.log.filter(({ path }) => path === "/api/show") ?? [];
  expect(shown.length).toBeLessThanOrEqual(2);
});

test("an image goes to a model that sees", async () => {
  const seeing = { name: "gemma3:4b", capabilities: ["completion", "vision"], answer: "a dot" };
  const blind = { name: "mistral-large-3:675b-cloud", capabilities: ["completion"], answer: "?" };
  const { client } = await startRouter([{ models: [blind, seeing] }]);
  const images = [
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  ];
  const result = await client.callTool("route_task", { category: "vision", prompt: "What is it?", images });
  expect(result.structuredContent).toMatchObject({ data: { response: "a dot" } });
});

test("categories of the config are added, a built-in one can be replaced", async () => {
  const categories = { creative: { models: ["llama3:8b"] }, code: { models: ["llama3:8b"] } };
  const { client } = await startRouter([{ models: [coder, plain] }], { routing: { categories } });
  for (const category of ["creative", "code"]) {
    const result = await client.callTool("route_task", { category, prompt: "hi" });
    expect(result.structuredContent).toMatchObject({ data: { response: "plain" } });
  }
});

test.each(["general", "math", "reasoning", "code", "factual", "agentic", "fast", "creative"])(
  "a category of which nothing is installed falls back to what is, and says so: %s",
  async (category) => {
    const categories = { creative: { models: ["muse", "poet:7b"] } };
    const models = ["llama3.2", "mistral", "phi4"].map((name) => ({ name, answer: name }));
    const { client } = await startRouter([{ models }], { routing: { categories } });
    const result = await client.callTool("route_task", { category, prompt: "hi" });
    expect(result.structuredContent).toMatchObject({
      data: { response: expect.any(String), reason: expect.stringMatching(/comes nearest|first installed/) },
    });
  },
);

test.each(["vision", "ocr"])("%s falls back to a model that can see, and to no other", async (category) => {
  const eyes = { name: "mine", capabilities: ["completion", "vision"], answer: "seen" };
  const { client } = await startRouter([{ models: [plain, eyes] }]);
  const result = await client.callTool("route_task", { category, prompt: "Read this." });
  expect(result.structuredContent).toMatchObject({ data: { response: "seen" } });
});

test("an unknown category is refused with the known ones", async () => {
  const { client } = await startRouter([{ models: [plain] }]);
  const result = await client.callTool("route_task", { category: "cooking", prompt: "hi" });
  expect(result.structuredContent).toMatchObject({
    error: {
      code: "VALIDATION_ERROR",
      details: { path: "category", issue: expect.stringContaining("agentic") },
    },
  });
});

test("options reach the model, of a task and of a request", async () => {
  const routing = { categories: { general: { models: ["llama3.2"] } } };
  const { client, servers } = await startRouter([{ models: [{ name: "llama3.2" }] }], { routing });
  const options = { seed: 7, num_predict: 5 };
  const task = { category: "general", prompt: "hi", options };
  expect((await client.callTool("route_task", task)).structuredContent).toMatchObject({ status: "success" });
  expect(servers[0]?.counters.log.at(-1)?.body).toMatchObject({ options });
  const request = { prompt: "hi", system: "Be brief.", options: '{"seed":7,"num_predict":5}' };
  expect((await client.callTool("route_request", request)).structuredContent).toMatchObject({
    status: "success",
  });
  expect(servers[0]?.counters.log.at(-1)?.body).toMatchObject({ options, system: "Be brief." });
});
