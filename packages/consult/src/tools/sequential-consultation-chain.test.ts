import { stopClock } from "@ollama-bridge/test-kit/contract";
import { describe, expect, test } from "vitest";
import { listening, openMemory, promptsOf, startConsult, sum, textOf } from "../../test/consult-server.ts";
import type { ChainData } from "../chain/chain-data.ts";

const consultants = [
  {
    id: "analyst",
    model: "llama3.2",
    prompt: "Analyze the security implications of this API design: GET /users/{id}/sensitive-data",
    timeoutMs: 120_000,
  },
  {
    id: "architect",
    model: "qwen2.5-coder:7b",
    prompt:
      "Based on the analysis from {analyst}, suggest specific architectural improvements and security measures",
    timeoutMs: 180_000,
  },
  {
    id: "implementer",
    model: "deepseek-v3.1",
    prompt:
      "Using the recommendations from {architect}, provide concrete code examples and implementation steps",
    timeoutMs: 240_000,
  },
];
const models = [
  { name: "llama3.2", answer: "[Ids leak, as {architect} and {analyst} see in {id}; $& too]" },
  { name: "qwen2.5-coder:7b", answer: "[Use OAuth]" },
  { name: "deepseek-v3.1", answer: "[app.use(auth)]" },
];
const TOOL = "sequential_consultation_chain";

test("each step gets the earlier response it names, and the answer has every step with the sums", async () => {
  const { ollama, client } = await startConsult({ models });
  const { structuredContent = {} } = await client.callTool(TOOL, { consultants });
  const time = expect.any(Number);
  expect(structuredContent).toEqual({
    status: "success",
    data: {
      chainId: expect.stringMatching(/^chain_\w{12}$/),
      consultants: [
        {
          id: "analyst",
          model: "llama3.2",
          response: models[0]?.answer,
          instance: expect.any(String),
          processingTime: time,
          success: true,
          order: 1,
        },
        {
          id: "architect",
          model: "qwen2.5-coder:7b",
          response: "[Use OAuth]",
          instance: expect.any(String),
          processingTime: time,
          success: true,
          order: 2,
          referencedConsultants: ["analyst"],
        },
        {
          id: "implementer",
          model: "deepseek-v3.1",
          response: "[app.use(auth)]",
          instance: expect.any(String),
          processingTime: time,
          success: true,
          order: 3,
          referencedConsultants: ["architect"],
        },
      ],
      summary: { totalConsultants: 3, successful: 3, failed: 0, totalTime: time, averageTime: time },
    },
    metadata: expect.objectContaining({
      tool: TOOL,
      startTime: expect.stringMatching(/Z$/),
      endTime: expect.stringMatching(/Z$/),
    }),
  });
  const { consultants: steps, summary } = structuredContent.data as ChainData;
  const total = sum(steps.map(({ processingTime }) => processingTime));
  expect(summary).toMatchObject({ totalTime: total, averageTime: Math.round(total / 3) });
  expect(promptsOf(ollama)).toEqual([
    consultants[0]?.prompt,
    `Based on the analysis from ${models[0]?.answer}, suggest specific architectural improvements and security measures`,
    "Using the recommendations from [Use OAuth], provide concrete code examples and implementation steps",
  ]);
});

test("context and role reach the model of their step", async () => {
  const { ollama, client } = await startConsult({ models });
  const step = {
    id: "a",
    model: "llama3.2",
    prompt: "Go.",
    context: "{a} is new",
    systemPrompt: "Be brief.",
  };
  await client.callTool(TOOL, { consultants: [step] });
  expect(ollama.counters.log.at(-1)?.body).toMatchObject({
    prompt: "Context:\n{a} is new\n\nGo.",
    system: "Be brief.",
  });
});

const step = (id: string, prompt = "Go.", more: object = {}) => ({ id, model: "llama3.2", prompt, ...more });

test.each([
  ["itself", [step("a", "See {a}")], "consultants[0].prompt"],
  ["a later one", [step("a", "See {b}"), step("b")], "consultants[0].prompt"],
  ["an id given twice", [step("a"), step("a")], "consultants[1].id"],
  ["an id with braces", [step("{a}")], "consultants[0].id"],
  [
    "a search with a context",
    [step("a"), step("b", "q", { model: "web_search", context: "x" })],
    "consultants[1].context",
  ],
  ["a key without a memory", [step("a", "x", { rememberAs: "k" })], "consultants[0].rememberAs"],
  ["no step", [], "consultants"],
])("%s is refused before anything runs", async (_what, consultants, path) => {
  const { ollama, client } = await startConsult({ models });
  const result = await client.callTool(TOOL, { consultants });
  expect(result.structuredContent).toMatchObject({ error: { code: "VALIDATION_ERROR", details: { path } } });
  expect(textOf(result)).toContain(path);
  expect(ollama.counters.log).toHaveLength(0);
});

test("an empty prompt is refused before anything runs", async () => {
  const { ollama, client } = await startConsult({ models });
  const result = await client.callTool(TOOL, { consultants: [step("a"), step("b", " ")] });
  expect(textOf(result)).toMatch(/^INVALID_PROMPT: consultants\[1\]\.prompt/);
  expect(ollama.counters.log).toHaveLength(0);
});

test("twenty steps pass and twenty-one do not, unless the environment allows more", async () => {
  const steps = (count: number) => Array.from({ length: count }, (_, index) => step(`s${index}`));
  const { ollama, client } = await startConsult({ models });
  const twenty = await client.callTool(TOOL, { consultants: steps(20) });
  expect(twenty.structuredContent).toMatchObject({ data: { summary: { successful: 20 } } });
  const more = await client.callTool(TOOL, { consultants: steps(21) });
  expect(more.structuredContent).toMatchObject({
    error: { code: "VALIDATION_ERROR", details: { path: "consultants" } },
  });
  expect(textOf(more)).toContain("MAX_CHAIN_CONSULTANTS");
  expect(promptsOf(ollama)).toHaveLength(20);

  const raised = await startConsult({ models }, { env: { MAX_CHAIN_CONSULTANTS: "30" } });
  const thirty = await raised.client.callTool(TOOL, { consultants: steps(30) });
  expect(thirty.structuredContent).toMatchObject({ data: { summary: { successful: 30 } } });
});

const broken = [step("first"), step("second", "Go on from {first}", { model: "missing" }), step("third")];

test("a failed step ends the chain, and what was finished is kept", async () => {
  const { ollama, client } = await startConsult({ models });
  const result = await client.callTool(TOOL, { consultants: broken });
  expect(result).toMatchObject({
    isError: true,
    structuredContent: {
      status: "error",
      error: {
        code: "CHAIN_EXECUTION_FAILED",
        details: {
          failedAt: "second",
          cause: { code: "MODEL_NOT_FOUND", details: { model: "missing", suggestions: expect.any(Array) } },
        },
      },
      data: {
        chainId: expect.stringMatching(/^chain_/),
        consultants: [{ id: "first", response: models[0]?.answer, success: true, order: 1 }],
        summary: { totalConsultants: 3, successful: 1, failed: 1 },
      },
    },
  });
  expect((result.structuredContent?.data as ChainData | undefined)?.consultants).toHaveLength(1);
  expect(textOf(result)).toMatch(/^CHAIN_EXECUTION_FAILED: Step 2 of 3, second, failed: MODEL_NOT_FOUND/);
  expect(textOf(result)).toContain("ollama pull missing");
  expect(textOf(result)).toContain(models[0]?.answer);
  expect(promptsOf(ollama)).toEqual(["Go.", expect.stringContaining("Go on from")]);
});

test("onError continue goes on; a step that refers to a failed one fails unasked", async () => {
  const { ollama, client } = await startConsult({ models });
  const result = await client.callTool(TOOL, {
    onError: "continue",
    consultants: [...broken, step("fourth", "Sum up {second} and {third}"), step("fifth", "Sum up {third}")],
  });
  expect(result.isError ?? false).toBe(false);
  expect(result.structuredContent?.data).toMatchObject({
    consultants: [
      { id: "first", success: true },
      { id: "second", success: false, response: "", error: { code: "MODEL_NOT_FOUND" } },
      { id: "third", success: true },
      {
        id: "fourth",
        success: false,
        error: { code: "CHAIN_EXECUTION_FAILED", message: expect.stringContaining("second, which failed") },
        referencedConsultants: ["second", "third"],
      },
      { id: "fifth", success: true, order: 5 },
    ],
    summary: { totalConsultants: 5, successful: 3, failed: 2 },
  });
  expect(promptsOf(ollama)).toHaveLength(4);
});

test("a chain of which every step failed is an error, onError or not", async () => {
  const { client } = await startConsult({});
  const result = await client.callTool(TOOL, {
    onError: "continue",
    consultants: [step("a"), step("b", "{a}")],
  });
  expect(result.structuredContent).toMatchObject({
    error: { code: "CHAIN_EXECUTION_FAILED", details: { failedAt: "a", cause: { code: "MODEL_NOT_FOUND" } } },
    data: { consultants: [{ id: "a" }, { id: "b" }], summary: { successful: 0, failed: 2 } },
  });
});

describe("responses that are too long together", () => {
  const long = { name: "talker", answer: "w".repeat(4_000) };
  const chain = [step("a", "Go.", { model: "talker" }), step("b", "{a}".repeat(500_000)), step("c", "{a}")];

  test("fail the step that inserts them, before they are", async () => {
    const { ollama, client } = await startConsult({ models: [...models, long] });
    const result = await client.callTool(TOOL, { consultants: chain });
    expect(result.structuredContent).toMatchObject({
      error: {
        code: "CHAIN_EXECUTION_FAILED",
        details: {
          failedAt: "b",
          cause: { code: "VALIDATION_ERROR", details: { path: "consultants[1].prompt" } },
        },
      },
      data: { consultants: [{ id: "a", success: true }] },
    });
    expect(textOf(result)).toMatch(/2000000000 characters .*at most 4194304/);
    expect(promptsOf(ollama)).toEqual(["Go."]);
  });

  test("cost the others nothing where the chain goes on", async () => {
    const { ollama, client } = await startConsult({ models: [...models, long] });
    const result = await client.callTool(TOOL, { consultants: chain, onError: "continue" });
    expect(result.structuredContent).toMatchObject({
      data: { consultants: [{ success: true }, { success: false }, { success: true }] },
    });
    expect(promptsOf(ollama)).toEqual(["Go.", long.answer]);
  });
});

test("a step's own deadline ends it, with the partial output", async () => {
  const clock = stopClock();
  const arrived = Promise.withResolvers<void>();
  const through = listening(
    (event) => event.type === "generating" && event.model === "qwen2.5-coder:7b" && arrived.resolve(),
  );
  const { ollama, client } = await startConsult({ models }, { through });
  ollama.inject({ kind: "hang-after-tokens", tokens: 1, model: "qwen2.5-coder:7b" });
  const slow = step("slow", "{first}", { model: "qwen2.5-coder:7b", timeoutMs: 300 });
  const call = client.callTool(TOOL, { consultants: [step("first"), slow] });
  await arrived.promise;
  await clock.advance(300);
  const result = await call;
  expect(result.structuredContent).toMatchObject({
    error: {
      details: { failedAt: "slow", cause: { code: "TIMEOUT_EXCEEDED", details: { partial: "[Use" } } },
    },
    data: { consultants: [{ id: "first" }] },
  });
});

test("progress names the step; cancelling inside a step reaches Ollama and ends the chain", async () => {
  const { ollama, client } = await startConsult({ models });
  ollama.pauseBefore("first-token", { model: "qwen2.5-coder:7b" });
  const controller = new AbortController();
  const told = Promise.withResolvers<void>();
  const call = client.callTool(
    TOOL,
    { consultants },
    {
      signal: controller.signal,
      onProgress: ({ message = "" }) => message.startsWith("2 of 3: architect: ") && told.resolve(),
    },
  );
  const ended = call.catch(() => "cancelled");
  await told.promise;
  controller.abort();
  await ollama.until(({ aborted, totalInFlight }) => aborted === 1 && totalInFlight === 0);
  expect(await ended).toBe("cancelled");
  expect(promptsOf(ollama)).toHaveLength(2);
});

test("cancelling between two steps asks no further model", async () => {
  const controller = new AbortController();
  const { promise: left, resolve: leave } = Promise.withResolvers<void>();
  const { promise: stored, resolve: store } = Promise.withResolvers<void>();
  const { ollama, client } = await startConsult(
    { models },
    {
      memory: {
        async remember() {
          controller.abort();
          await left;
          store();
          return { backend: "test", location: "test" };
        },
      },
    },
  );
  const chain = [step("a", "x", { rememberAs: "k" }), step("b")];
  const call = client.callTool(TOOL, { consultants: chain }, { signal: controller.signal });
  await expect(call.finally(leave)).rejects.toThrow();
  await stored;
  // Answered after whatever the chain would still have asked.
  await client.callTool("consult_ollama", { model: models[0]?.name, prompt: "last" });
  expect(promptsOf(ollama)).toEqual(["x", "last"]);
});

test("a response is stored under its key; one that cannot be stored is told and stops nothing", async () => {
  const memory = await openMemory();
  const { client } = await startConsult({ models }, { memory });
  const tooLong = "k".repeat(600);
  const result = await client.callTool(TOOL, {
    consultants: [
      step("a", "x", { rememberAs: "kept" }),
      step("b", "{a}", { rememberAs: tooLong }),
      step("c"),
    ],
  });
  expect(result.structuredContent).toMatchObject({
    status: "success",
    data: {
      consultants: [
        { id: "a", rememberedAs: "kept" },
        {
          id: "b",
          success: true,
          warnings: [expect.stringMatching(/^Not stored as k+: VALIDATION_ERROR: key/)],
        },
        { id: "c", success: true },
      ],
    },
  });
  expect(result.content[1]?.text).toContain("Not stored as");
  expect(await memory.recall("kept")).toMatchObject({
    value: models[0]?.answer,
    metadata: { chainId: expect.stringMatching(/^chain_/), consultant: "a", model: "llama3.2" },
  });
});

test("a search without a key says what to set", async () => {
  const { client } = await startConsult({ models });
  const result = await client.callTool(TOOL, { consultants: [step("s", "ollama", { model: "web_search" })] });
  expect(result.structuredContent).toMatchObject({
    error: { code: "CHAIN_EXECUTION_FAILED", details: { failedAt: "s", cause: { code: "UNAUTHORIZED" } } },
  });
  expect(textOf(result)).toMatch(/UNAUTHORIZED: .*Set OLLAMA_API_KEY/);
});

test("where models are routed, a step may leave the choice to the router and tells who answered", async () => {
  const { client } = await startConsult(
    { models },
    {
      through: ({ runner, ...rest }) => ({
        ...rest,
        runner: {
          ...runner,
          run: (request, limits) =>
            runner.run(
              request.model === "auto:code" ? { ...request, model: "deepseek-v3.1" } : request,
              limits,
            ),
        },
      }),
    },
  );
  const result = await client.callTool(TOOL, { consultants: [step("a", "x", { model: "auto:code" })] });
  expect(result.structuredContent).toMatchObject({
    data: { consultants: [{ model: "deepseek-v3.1", response: "[app.use(auth)]" }] },
  });
});

test("a chain feeds on the answer of a step, never on its thinking", async () => {
  const capabilities = ["completion", "thinking"];
  const { ollama, client } = await startConsult({
    models: [
      { name: "loose", capabilities, thinking: "", answer: ["Let me see.\n", "</think>\n\n", "Paris."] },
      { name: "unmarked", answer: "Let me see.\n</think>\n\nRome." },
      { name: "last", answer: "Done." },
    ],
  });
  const steps = [
    { id: "a", model: "loose", prompt: "Capital of France?" },
    { id: "b", model: "unmarked", prompt: "Capital of Italy?" },
    { id: "c", model: "last", prompt: "From {a} to {b}" },
  ];
  const { structuredContent } = await client.callTool(TOOL, { consultants: steps });
  expect(structuredContent).toMatchObject({
    data: { consultants: [{ response: "Paris." }, { response: "Rome." }, { response: "Done." }] },
  });
  expect(promptsOf(ollama).at(-1)).toBe("From Paris. to Rome.");
});
