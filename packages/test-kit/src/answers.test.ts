import { afterEach, expect, test } from "vitest";
import { type AnswerLine, ask, lines } from "../test/ask.ts";
import { createTestOllama, type ModelScript, type TestOllama, type TestOllamaOptions } from "./index.ts";

const running: TestOllama[] = [];
afterEach(() => Promise.all(running.splice(0).map((ollama) => ollama.close())));

async function start(model: Partial<ModelScript>, options: TestOllamaOptions = {}): Promise<TestOllama> {
  const ollama = await createTestOllama({ models: [{ name: "m", ...model }], ...options });
  running.push(ollama);
  return ollama;
}

const generate = async (ollama: TestOllama, fields: object): Promise<AnswerLine> =>
  (
    await ask(ollama, "/api/generate", { model: "m", prompt: "hi", stream: false, ...fields })
  ).json() as Promise<AnswerLine>;

const chat = async (ollama: TestOllama, fields: object): Promise<AnswerLine> =>
  (await ask(ollama, "/api/chat", { model: "m", stream: false, ...fields })).json() as Promise<AnswerLine>;

test("the default answer tells the model, the prompt, the system text and the images seen", async () => {
  const ollama = await start({ capabilities: ["completion", "vision"] });
  const answer = await generate(ollama, { prompt: "Why?", system: "Be brief", images: ["aGVsbG8="] });
  expect(answer.response).toBe('m, told "Be brief", was asked with 1 image: Why?');
  const messages = [
    { role: "system", content: "Be kind" },
    { role: "user", content: "old" },
    { role: "assistant", content: "answer" },
    { role: "user", content: "new" },
  ];
  expect((await chat(ollama, { messages })).message?.content).toBe('m, told "Be kind", was asked: new');
});

test("a model without vision ignores images; one that only embeds does not generate", async () => {
  const text = await start({});
  expect((await generate(text, { images: ["aGVsbG8="] })).response).toBe("m was asked: hi");
  const embedder = await start({ capabilities: ["embedding"] });
  expect((await generate(embedder, {})).error).toBe('"m" does not support generate');
});

test("an answer can be a function of the question, told token by token", async () => {
  const ollama = await start({ answer: ({ prompt, images }) => [prompt, "-", String(images.length)] });
  const said = [];
  for await (const line of lines(await ask(ollama, "/api/generate", { model: "m", prompt: "hi" })))
    said.push(line.response);
  expect(said).toEqual(["hi", "-", "0", ""]);
});

test("num_predict and stop texts end an answer", async () => {
  const ollama = await start({ answer: "one two three four" });
  expect(await generate(ollama, { options: { num_predict: 2 } })).toMatchObject({
    response: "one two",
    done_reason: "length",
  });
  expect(await generate(ollama, { options: { stop: ["four", "hree"] } })).toMatchObject({
    response: "one two t",
    done_reason: "stop",
  });
});

test("format makes JSON, and the schema's kind of it", async () => {
  const ollama = await start({});
  const plain = await generate(ollama, { format: "json" });
  expect(JSON.parse(plain.response ?? "")).toEqual({ model: "m", prompt: "hi" });
  const format = {
    type: "object",
    properties: {
      city: { type: "string" },
      kind: { enum: ["town", "village"] },
      sizes: { type: "array", items: { type: "integer" } },
    },
  };
  const shaped = await generate(ollama, { format });
  expect(JSON.parse(shaped.response ?? "")).toEqual({ city: "city", kind: "town", sizes: [1] });
});

test("a prompt longer than the context loses its front, or is refused", async () => {
  const ollama = await start({ context_length: 2048 });
  const prompt = `${"word ".repeat(600)}end`;
  const cut = await generate(ollama, { prompt, options: { num_ctx: 512 } });
  expect(cut).toMatchObject({ prompt_eval_count: 512 });
  const refused = await ask(ollama, "/api/generate", {
    model: "m",
    prompt,
    truncate: false,
    options: { num_ctx: 512 },
  });
  expect([refused.status, await refused.json()]).toEqual([
    400,
    { error: "the input length exceeds the context length" },
  ]);
  expect(await generate(ollama, { prompt, truncate: false, options: { num_ctx: 1024 } })).toMatchObject({
    prompt_eval_count: 601,
  });
});

test("a thinking model thinks first, unless told not to", async () => {
  const ollama = await start({ capabilities: ["completion", "thinking"], thinking: "hm", answer: "yes" });
  expect(await generate(ollama, { think: "high" })).toMatchObject({ thinking: "hm", response: "yes" });
  expect(await generate(ollama, {})).toMatchObject({ thinking: "hm" });
  expect(await generate(ollama, { think: false })).not.toHaveProperty("thinking");
});

test("tools are called when offered, and answered with their result", async () => {
  const call = { function: { name: "weather", arguments: { city: "Rome" } } };
  const ollama = await start({ capabilities: ["completion", "tools"], tool_calls: [call], answer: "sunny" });
  const tools = [{ type: "function", function: { name: "weather", parameters: {} } }];
  const asked = { role: "user", content: "Weather?" };
  const called = await chat(ollama, { messages: [asked], tools });
  expect(called.message).toMatchObject({ content: "", tool_calls: [call] });
  const messages = [asked, { role: "assistant", tool_calls: [call] }, { role: "tool", content: "25°" }];
  expect((await chat(ollama, { messages, tools })).message?.content).toBe("sunny");
});

test("embeddings are normalized, the same each time, and near for texts that share words", async () => {
  const ollama = await start({ capabilities: ["embedding"] });
  const input = ["the red house", "a red house", "quantum chromodynamics", "the red house"];
  const response = await ask(ollama, "/api/embed", { model: "m", input });
  const { embeddings } = (await response.json()) as { embeddings: number[][] };
  const near = (one = 0, other = 0) =>
    embeddings[one]?.reduce((sum, value, index) => sum + value * (embeddings[other]?.[index] ?? 0), 0);
  expect(near(0, 0)).toBeCloseTo(1, 5);
  expect(near(0, 3)).toBeCloseTo(1, 5);
  expect(near(0, 1)).toBeGreaterThan(0.4);
  expect(near(0, 2)).toBeLessThan(0.2);
});

test("an older server tells capabilities in show only; cloud models tell where they are", async () => {
  const ollama = await start({ cloud: "signed-out" }, { olderTags: true });
  const tags = (await (await ask(ollama, "/api/tags")).json()) as { models: object[] };
  expect(tags.models[0]).toMatchObject({ name: "m:latest", remote_host: "https://ollama.com:443" });
  expect(tags.models[0]).not.toHaveProperty("capabilities");
  const show = await (await ask(ollama, "/api/show", { model: "m" })).json();
  expect(show).toMatchObject({ capabilities: ["completion"], model_info: { "llama.context_length": 8192 } });
  expect(await generate(ollama, {})).toMatchObject({ error: "unauthorized", signin_url: expect.any(String) });
});

test("a server with a key answers only to those who have it", async () => {
  const ollama = await start({}, { key: "secret" });
  expect((await ask(ollama, "/api/tags")).status).toBe(401);
  const headers = { authorization: "Bearer secret" };
  expect((await fetch(`${ollama.url}/api/tags`, { headers })).status).toBe(200);
});

test("a server like 0.33 tells tools in show only, where the template is in the model's file", async () => {
  const ollama = await start(
    { capabilities: ["completion", "tools", "thinking"], templateInFile: true },
    { like: "0.33" },
  );
  const tags = (await (await ask(ollama, "/api/tags")).json()) as { models: object[] };
  expect(tags.models[0]).toMatchObject({ capabilities: ["completion"] });
  const show = await (await ask(ollama, "/api/show", { model: "m" })).json();
  expect(show).toMatchObject({ capabilities: ["completion", "tools", "thinking"] });
});

test("a server like 0.33 refuses images to a text model, also in messages", async () => {
  const ollama = await start({}, { like: "0.33" });
  const messages = [{ role: "user", content: "What?", images: ["aGVsbG8="] }];
  expect((await chat(ollama, { messages })).error).toMatch("does not support multimodal requests");
  expect((await chat(ollama, { messages: [{ role: "user", content: "What?" }] })).message?.content).toBe(
    "m was asked: What?",
  );
});
