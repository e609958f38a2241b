import type { BridgeError } from "@ollama-bridge/foundation";
import { createTestOllama, endlessAnswers, oddLists, type TestOllama } from "@ollama-bridge/test-kit";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { startCore } from "../../test/core-server.ts";
import { runOnInstance } from "../run/run-on-instance.ts";
import { SharedPulls } from "../run/shared-pulls.ts";
import { OllamaClient } from "./ollama-client.ts";

let ollama: TestOllama;
let client: OllamaClient;
const { signal } = new AbortController();

beforeEach(async () => {
  ollama = await createTestOllama({ models: [{ name: "odd:1b" }] });
  client = new OllamaClient({ name: "odd", url: ollama.url });
});
afterEach(async () => {
  await client.close();
  await ollama.close();
});

const answer = (path: string, value: unknown) =>
  ollama.inject({ kind: "body", path, body: typeof value === "string" ? value : JSON.stringify(value) });
const names = ({ models }: { models: { name: string }[] }) => models.map(({ name }) => name);

describe("a list of models", () => {
  const noLists = [
    "null for the answer",
    "a list for the answer",
    "a text for the answer",
    "a number for the answer",
    "a text for the list",
    "a number for the list",
    "an object for the list",
    "a list that is cut off",
    "another list behind the first",
    "2,000,000 empty entries",
    "4,000,000 nested lists",
  ];
  const emptyLists = ["an empty object", "null for the list", "a list in the list"];

  test.each(Object.entries(oddLists()))("%s", async (what, body) => {
    for (const path of ["/api/tags", "/api/ps"]) answer(path, body);
    const lists = Promise.all([client.list(), client.ps()]);
    if (noLists.includes(what)) {
      await expect(lists).rejects.toMatchObject({ code: "OLLAMA_PROCESSING_ERROR" });
      return;
    }
    for (const { models, warnings } of await lists) {
      if (what === "50,000 models") expect(models).toHaveLength(5_000);
      else if (emptyLists.includes(what)) expect(models).toEqual([]);
      else expect(models.at(-1)?.name).toBe("odd:1b");
      expect(warnings.length).toBeLessThan(3);
      expect(JSON.stringify(models).length).toBeLessThan(4_000_000);
    }
  });

  test("what could not be used is counted by reason, in the tool too", async () => {
    const models = [null, 5, { name: "two words" }, { name: "odd:1b" }, { name: "odd:1b" }];
    answer("/api/tags", { models });
    expect((await client.list()).warnings).toEqual([
      "/api/tags: 2 entries were left out: an entry has to be an object",
      "/api/tags: 1 entry was left out: an entry has to have a name that Ollama accepts",
      "/api/tags: 1 entry was left out: the name is listed before",
    ]);
    const core = await startCore({});
    core.ollama.inject({ kind: "body", path: "/api/tags", body: JSON.stringify({ models }) });
    const result = await core.client.callTool("ollama_list_models", {});
    expect(result.structuredContent).toMatchObject({
      data: { models: [{ name: "odd:1b" }], warnings: { length: 3 } },
    });
    expect(result.content[0]?.text).toContain("2 entries were left out");
  });

  test.each([
    "llama3.2",
    "qwen2.5-coder:7b-instruct-q4_K_M",
    "hf.co/bartowski/Llama-3.2-1B-Instruct-GGUF:Q4_K_M",
    "localhost:5000/me/model:tag",
    "_x/y:z",
    `${"h".repeat(350)}/${"n".repeat(80)}/${"m".repeat(80)}:${"t".repeat(80)}`,
  ])("has models with names that Ollama accepts: %.30s", async (name) => {
    answer("/api/tags", { models: [{ name }] });
    expect(names(await client.list())).toEqual([name]);
  });

  test("what a server tells in another form is read where it has one meaning", async () => {
    const details = { context_length: "4096", family: "llama", families: null };
    answer("/api/tags", { models: [{ model: "odd:1b", size: "2000000000", capabilities: [], details }] });
    const { models } = await client.list();
    expect(models).toEqual([
      { name: "odd:1b", size: 2_000_000_000, details: { context_length: 4096, family: "llama" } },
    ]);
  });
});

test("of a model's description only what is what it should be is believed", async () => {
  answer(
    "/api/show",
    `{"capabilities":"vision","template":5,"details":null,"license":"MIT","model_info":{"general.architecture":"x",
      "x.context_length":"8192","x.nested":{"a":[]},"x.vocabulary":${"[".repeat(50_000)}${"]".repeat(50_000)},"x.base":1e400}}`,
  );
  expect(await client.show("odd:1b")).toEqual({
    license: "MIT",
    details: {},
    model_info: { "general.architecture": "x", "x.context_length": "8192" },
  });
  const core = await startCore({});
  for (const body of ['{"details":[],"model_info":7}', '{"model_info":{"general.architecture":{}}}', "{}"]) {
    const fault = core.ollama.inject({ kind: "body", path: "/api/show", body });
    const result = await core.client.callTool("ollama_show", { model: "odd" });
    expect(result.structuredContent).toMatchObject({ data: { context_length: null, capabilities: [] } });
    fault.clear();
  }
});

test.each([
  "{}",
  '{"version":5}',
  '{"version":""}',
  '{"version":["0.33"]}',
  `{"version":"${"0".repeat(1e6)}"}`,
])("%.20s is no version", async (body) => {
  answer("/api/version", body);
  await expect(client.version()).rejects.toMatchObject({
    code: "OLLAMA_PROCESSING_ERROR",
    hint: expect.stringContaining("address"),
  });
});

describe("the lines of an answer", () => {
  const done = { done: true };
  const chat = async (...lines: unknown[]) => {
    answer("/api/chat", lines.map((line) => JSON.stringify(line)).join("\n"));
    return runOnInstance(
      client,
      { model: "odd:1b", messages: [{ role: "user", content: "hi" }] },
      { signal },
    );
  };

  test("fields of another type count as absent, and the rest is the answer", async () => {
    const odd = { message: { content: 5, thinking: {}, tool_calls: null }, done: "true", eval_count: "many" };
    const last = {
      message: [],
      done: true,
      done_reason: {},
      eval_count: -3,
      eval_duration: {},
      load_duration: 1e308,
    };
    expect(await chat({}, odd, { message: { content: "Hi" } }, last)).toMatchObject({
      response: "Hi",
      doneReason: "stop",
      usage: { input_tokens: 0, output_tokens: 0 },
      timings: { load_ms: 0, tokens_per_second: 0 },
    });
  });

  test("calls of tools come with an object of arguments, or with JSON text of one", async () => {
    const call = (name: unknown, args?: unknown) => ({ function: { name, arguments: args } });
    const tool_calls = [
      call("a", { city: "Oslo" }),
      call("b", '{"city":"Oslo"}'),
      call("c"),
      call("d", ""),
      ...[null, {}, call(7), call(""), call("e", "[1]"), call("f", "{"), call("g", 5), call("h", [1])],
    ];
    const { toolCalls = [], warnings } = await chat({ message: { tool_calls } }, done);
    expect(toolCalls.map((each) => each.function)).toEqual([
      { name: "a", arguments: { city: "Oslo" } },
      { name: "b", arguments: { city: "Oslo" } },
      { name: "c", arguments: {} },
      { name: "d", arguments: {} },
    ]);
    expect(warnings).toEqual([expect.stringContaining("left out: 8")]);
    expect((await chat({ message: { tool_calls: { name: "a" } } }, done)).warnings).toHaveLength(1);
  });

  test("arguments nested deeper than anybody can pass on are left out", async () => {
    const nested = (depth: number) => `${'{"a":'.repeat(depth)}1${"}".repeat(depth)}`;
    const line = (args: string) =>
      `{"message":{"tool_calls":[{"function":{"name":"f","arguments":${args}}}]}}\n{"done":true}`;
    for (const [depth, calls] of [
      [64, 1],
      [65, 0],
      [100_000, 0],
    ] as const) {
      const fault = answer("/api/generate", line(nested(depth)));
      const { toolCalls = [] } = await runOnInstance(client, { model: "odd:1b", prompt: "hi" }, { signal });
      expect(toolCalls).toHaveLength(calls);
      fault.clear();
    }
  });

  test.each([
    ["no object", "5"],
    ["an error as a text", '{"error":"it broke"}'],
    ["an error as an object", '{"error":{"message":"it broke"}}'],
    ["an error in JSON in a text", JSON.stringify({ error: '{"error":{"code":500,"message":"it broke"}}' })],
    ["an error that is nothing", '{"error":{}}'],
    ["a deep error", `{"error":${'{"error":'.repeat(100_000)}"it broke"${"}".repeat(100_000)}}`],
    ["an error of 5 MB", `{"error":"it broke ${"x".repeat(5e6)}"}`],
  ])("%s ends the answer with a code and a short message", async (what, line) => {
    answer("/api/generate", line);
    const failed = await runOnInstance(client, { model: "odd:1b", prompt: "hi" }, { signal }).catch(
      (error) => error,
    );
    expect(failed).toMatchObject({ code: "OLLAMA_PROCESSING_ERROR" });
    expect(failed.message.length).toBeLessThan(2_200);
    if (what.startsWith("an error as") || what.includes("JSON"))
      expect(failed.message).toMatch(/: it broke$/);
  });
});

test.each<[string, unknown]>([
  ["no list", { embeddings: {} }],
  ["no numbers", { embeddings: [["1", null]] }],
  ["an infinite number", '{"embeddings":[[1e400]]}'],
  ["an empty vector", { embeddings: [[]] }],
  ["too many vectors", { embeddings: [[1], [2]] }],
  ["vectors in vectors", { embeddings: [[[1]]] }],
])("%s is no embedding", async (_, body) => {
  answer("/api/embed", body);
  await expect(client.embed({ model: "odd:1b", input: ["a"] }, {})).rejects.toMatchObject({
    code: "OLLAMA_PROCESSING_ERROR",
  });
});

test("vectors of different lengths are refused", async () => {
  answer("/api/embed", { embeddings: [[1], [1, 2]] });
  await expect(client.embed({ model: "odd:1b", input: ["a", "b"] }, {})).rejects.toMatchObject({
    message: expect.stringContaining("different lengths"),
  });
});

test("a pull counts the bytes of layers that have a size", async () => {
  const lines = [
    { status: 5, digest: "sha256:a", total: 10, completed: 5 },
    { status: "pulling", digest: "sha256:a", total: 10, completed: 10 },
    { status: "pulling", digest: { sha: 1 }, total: 1e308, completed: -5 },
    { status: "pulling", digest: "sha256:b", total: "7", completed: "x" },
    { status: "success" },
  ];
  answer("/api/pull", lines.map((line) => JSON.stringify(line)).join("\n"));
  const state = await new SharedPulls().pull(client, { model: "m" }, { signal, onEvent: () => undefined });
  expect(state).toMatchObject({ status: "success", completed: 10, total: 17 });
});

test("findings without an address are left out, and of pages what is text is taken", async () => {
  answer("/api/web_search", {
    results: [null, { title: "x" }, { url: 5 }, { url: "https://a.example/", title: 5 }],
  });
  const found = await client.webSearch({ query: "q", max_results: 5 }, {});
  expect(found).toEqual([{ url: "https://a.example/", title: "", content: "" }]);
  answer("/api/web_fetch", { title: {}, content: "text", links: ["https://a.example/", 7, null] });
  expect(await client.webFetch({ url: "https://a.example/" }, {})).toEqual({
    title: "",
    content: "text",
    links: ["https://a.example/"],
  });
});

describe("an answer that does not end", () => {
  const endless = endlessAnswers();
  const generate = () => runOnInstance(client, { model: "odd:1b", prompt: "hi" }, { signal });

  test.each<[keyof typeof endless, string, () => Promise<unknown>, RegExp]>([
    ["line", "/api/generate", generate, /a line of more than 8 MiB/],
    ["huge line", "/api/generate", generate, /a line of more than 8 MiB/],
    ["line of one answer", "/api/generate", generate, /a line of more than 8 MiB/],
    ["list", "/api/tags", () => client.list(), /an answer of more than 8 MiB/],
    ["list", "/api/ps", () => client.ps(), /an answer of more than 8 MiB/],
    ["line", "/api/version", () => client.version(), /an answer of more than 8 MiB/],
    ["line", "/api/show", () => client.show("odd:1b"), /an answer of more than 8 MiB/],
    ["line", "/api/delete", () => client.delete("odd:1b"), /an answer of more than 8 MiB/],
    ["embedding", "/api/embed", () => client.embed({ model: "m", input: ["a"] }, {}), /more than 1 MiB/],
    [
      "embedding",
      "/api/embed",
      () => client.embed({ model: "m", input: Array(1024).fill("a") }, {}),
      /more than 32 MiB/,
    ],
    ["error body", "/api/tags", () => client.list(), /^Ollama answered 500: .{1000,2100}$/],
  ])("%s of %s is refused at its limit and its connection closed", async (name, path, call, message) => {
    ollama.inject({ ...endless[name], path });
    const error = await call().then(
      () => undefined,
      (thrown: BridgeError) => thrown,
    );
    expect(error).toMatchObject({ code: "OLLAMA_PROCESSING_ERROR", message: expect.stringMatching(message) });
    expect(error?.hint).not.toBe("");
    await ollama.until(({ totalInFlight, aborted }) => totalInFlight === 0 && aborted === 1);
  });

  test.each(["words", "thoughts", "tool calls", "white space", "control characters"] as const)(
    "%s are cut at 32 MiB, and it is said",
    async (name) => {
      ollama.inject({ ...endless[name], path: "/api/generate" });
      const { response, thinking = "", toolCalls = [], ...result } = await generate();
      expect(result).toMatchObject({
        truncated: true,
        doneReason: "length",
        warnings: expect.arrayContaining([expect.stringContaining("no more than 32 MiB")]),
      });
      const bytes = Buffer.byteLength(JSON.stringify(response + thinking));
      expect(bytes).toBeLessThanOrEqual(32 * 1024 * 1024 + 2);
      expect(bytes > 32 * 1024 * 1024 - 10).toBe(name !== "tool calls");
      expect(toolCalls.length).toBe(name === "tool calls" ? 1_000 : 0);
      await ollama.until(({ totalInFlight, aborted }) => totalInFlight === 0 && aborted === 1);
    },
  );

  test.each(["empty lines", "line breaks"] as const)("%s end at the deadline", async (name) => {
    const core = await startCore({ models: [{ name: "odd:1b" }] });
    core.ollama.inject({ ...endless[name], path: "/api/generate" });
    const result = await core.client.callTool("ollama_generate", {
      model: "odd:1b",
      prompt: "hi",
      timeoutMs: 500,
    });
    expect(result.structuredContent).toMatchObject({ error: { code: "TIMEOUT_EXCEEDED" } });
    await core.ollama.until(({ totalInFlight }) => totalInFlight === 0);
  });

  test("of the layers of a pull a bounded number is counted", async () => {
    ollama.inject({ ...endless.layers, path: "/api/pull", bytes: 1_000_000 });
    const pulls = new SharedPulls();
    let total = 0;
    const pull = pulls.pull(client, { model: "m" }, { signal, onEvent: (state) => (total = state.total) });
    await expect(pull).rejects.toMatchObject({ code: "OLLAMA_PROCESSING_ERROR" });
    expect(total).toBe(5_000 * 1e9);
  });
});
