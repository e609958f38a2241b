import { expect, test } from "vitest";
import { startRouter } from "../../test/router-server.ts";

const llama = { name: "llama3.2", answer: "Paris." };

test("the answer comes with the instance that gave it", async () => {
  const { client } = await startRouter([{ models: [] }, { models: [llama] }]);
  const result = await client.callTool("ask_model", { model: "llama3.2", prompt: "Capital of France?" });
  expect(result.content.map(({ text }) => text)).toEqual(["Paris.", "— llama3.2 on b"]);
  expect(result.structuredContent).toMatchObject({
    status: "success",
    data: {
      response: "Paris.",
      model: "llama3.2",
      instance: "b",
      done_reason: "stop",
      truncated: false,
      usage: { input_tokens: expect.any(Number), output_tokens: expect.any(Number) },
      cost: { local: 0 },
    },
  });
  expect(result._meta?.["ollama-bridge/details"]).toMatchObject({
    timings: { total_ms: expect.any(Number) },
    attempts: [{ instance: "b", model: "llama3.2:latest", outcome: "answered", ms: expect.any(Number) }],
    considered: [{ model: "llama3.2:latest", instance: "b", cost_s: expect.any(Number) }],
  });
});

test("a model that is listed and not there is answered with the others, as one that is not listed", async () => {
  const { client, servers } = await startRouter([{ models: [{ name: "qwen3:8b" }, { name: "qwen2:1.5b" }] }]);
  servers[0]?.inject({ kind: "ghost", model: "qwen3:8b" });
  const result = await client.callTool("ask_model", { model: "qwen3:8b", prompt: "hi" });
  expect(result.structuredContent).toMatchObject({
    error: {
      code: "MODEL_NOT_FOUND",
      details: { model: "qwen3:8b", suggestions: ["qwen2:1.5b"], attempts: expect.any(Array) },
    },
  });
});

test.each(["Llama3.2", "llama3.2:latest", "library/llama3.2", "registry.ollama.ai/library/Llama3.2:Latest"])(
  "%s is the model llama3.2, as at Ollama, and is answered by the name that was asked",
  async (model) => {
    const { client } = await startRouter([{ models: [llama] }]);
    const result = await client.callTool("ask_model", { model, prompt: "Capital of France?" });
    expect(result.structuredContent).toMatchObject({ data: { response: "Paris.", model } });
  },
);

test("a name with capitals finds what is installed in others", async () => {
  const name = "hf.co/bartowski/Llama-3.2-1B-Instruct-GGUF:Q4_K_M";
  const { client, servers } = await startRouter([{ models: [{ name, answer: "Paris." }] }], {
    routing: { categories: { code: { models: [name.toLowerCase()] } } },
  });
  const asked = await client.callTool("ask_model", { model: name.toUpperCase(), prompt: "hi" });
  expect(asked.structuredContent).toMatchObject({ data: { response: "Paris." } });
  const routed = await client.callTool("route_task", { category: "code", prompt: "hi" });
  expect(routed.structuredContent).toMatchObject({ data: { model: name } });
  expect(servers[0]?.counters.log.at(-1)?.body).toMatchObject({ model: name });
});

test("what a list does not tell of a model is asked for before it is refused, once", async () => {
  const capabilities = ["completion", "tools", "thinking"];
  const hidden = { name: "qwen3:8b", capabilities, templateInFile: true, thinking: "Hm.", answer: "42" };
  const { client, servers } = await startRouter([{ models: [hidden, llama], like: "0.33" }]);
  const ask = (model: string) => client.callTool("ask_model", { model, prompt: "hi", think: "on" });
  for (let call = 0; call < 2; call++)
    expect((await ask("qwen3:8b")).structuredContent).toMatchObject({
      data: { thinking: "Hm.", response: "42" },
    });
  for (let call = 0; call < 2; call++)
    expect((await ask("llama3.2")).structuredContent).toMatchObject({
      error: { code: "CAPABILITY_UNSUPPORTED", details: { model: "llama3.2" } },
    });
  expect(servers[0]?.counters.requests["/api/show"]).toBe(2);
  const listed = await client.callTool("list_models", { capability: "tools" });
  expect(listed.structuredContent).toMatchObject({ data: { total_unique: 1, models: { "qwen3:8b": {} } } });
});
