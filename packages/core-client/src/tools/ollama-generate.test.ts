import { mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createTestOllama } from "@ollama-bridge/test-kit";
import { connectClient } from "@ollama-bridge/test-kit/contract";
import { expect, onTestFinished, test } from "vitest";
import { startCore } from "../../test/core-server.ts";

const models = [
  { name: "llama3.2", answer: "Paris." },
  { name: "thinker", capabilities: ["completion", "thinking"], answer: "42", thinking: "Well." },
];

test("the text is the answer, the envelope has model, usage and how it ended", async () => {
  const { client } = await startCore({ models });
  const result = await client.callTool("ollama_generate", {
    model: "llama3.2",
    prompt: "Capital of France?",
  });
  expect(result.content).toEqual([
    { type: "text", text: "Paris." },
    { type: "text", text: expect.stringMatching(/^— llama3\.2 on 127\.0\.0\.1:\d+$/) },
  ]);
  expect(result.structuredContent).toMatchObject({
    data: {
      response: "Paris.",
      model: "llama3.2",
      done_reason: "stop",
      truncated: false,
      usage: { output_tokens: expect.any(Number) },
    },
  });
  expect(result._meta?.["ollama-bridge/details"]).toMatchObject({
    timings: { total_ms: expect.any(Number) },
  });
});

test("every parameter reaches Ollama, with truncation off", async () => {
  const { ollama, client } = await startCore({ models });
  const schema = { type: "object", properties: { city: { type: "string" } } };
  await client.callTool("ollama_generate", {
    model: "thinker",
    prompt: "hi",
    system: "Be brief.",
    response_schema: schema,
    think: "off",
    options: { num_ctx: 2048, seed: 1, stop: ["x"] },
    keep_alive: "10m",
  });
  expect(ollama.counters.log.at(-1)?.body).toEqual({
    model: "thinker",
    prompt: "hi",
    system: "Be brief.",
    format: schema,
    think: false,
    options: { num_ctx: 2048, seed: 1, stop: ["x"] },
    keep_alive: "10m",
    truncate: false,
    stream: true,
  });
});

test("thinking is in the data when asked for, else in the details", async () => {
  const { client } = await startCore({ models });
  const asked = await client.callTool("ollama_generate", { model: "thinker", prompt: "hi", think: "on" });
  expect(asked.structuredContent).toMatchObject({ data: { response: "42", thinking: "Well." } });
  const unasked = await client.callTool("ollama_generate", { model: "thinker", prompt: "hi" });
  expect(unasked.structuredContent?.data).not.toHaveProperty("thinking");
});

test.each([
  [{ prompt: " \n" }, "INVALID_PROMPT"],
  [{ prompt: "x", timeoutMs: 0 }, "VALIDATION_ERROR"],
  [{ prompt: "x", extra: 1 }, "VALIDATION_ERROR"],
  [{}, "VALIDATION_ERROR"],
])("bad input %j is told as %s", async (args, code) => {
  const { ollama, client } = await startCore({ models });
  const result = await client.callTool("ollama_generate", { model: "llama3.2", ...args });
  expect(result).toMatchObject({ isError: true, structuredContent: { status: "error", error: { code } } });
  expect(ollama.counters.log).toHaveLength(0);
});

test("an answer too long for a client is cut and marked, and whole in its resource", async () => {
  const long = Array.from({ length: 8_000 }, (_, index) => `${index}`.padStart(10, "0")).join("");
  const { client } = await startCore({ models: [{ name: "long", answer: long }] });
  const result = await client.callTool("ollama_generate", { model: "long", prompt: "x" });
  const size = (result.content[0]?.text ?? "").length + JSON.stringify(result.structuredContent).length;
  expect(size).toBeLessThan(60_000);
  const { metadata } = result.structuredContent as {
    metadata: { truncatedForSize: boolean; requestId: string };
  };
  expect(metadata.truncatedForSize).toBe(true);
  const whole = JSON.parse(await client.readResource(`answer://${metadata.requestId}`)) as {
    data: { response: string };
  };
  expect(whole.data.response).toBe(long);
});

async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "ollama-bridge-files-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

test("files are put before the prompt when they are text within the allowed folders", async () => {
  const folder = await makeFolder();
  const outside = await makeFolder();
  await writeFile(join(folder, "a.txt"), "alpha");
  await writeFile(join(folder, "b.bin"), Buffer.from([1, 0, 2]));
  await writeFile(join(outside, "secret.txt"), "secret");
  await symlink(join(outside, "secret.txt"), join(folder, "link.txt"));
  const config = join(folder, "ollama-bridge.config.json");
  const ollama = await createTestOllama({ models });
  onTestFinished(() => ollama.close());
  await writeFile(config, JSON.stringify({ limits: { image_roots: [folder] } }));
  const client = await connectClient("1.x", {
    stdio: {
      command: process.execPath,
      args: [new URL("../../dist/bin.js", import.meta.url).pathname, "--config", config],
      env: { OLLAMA_BASE_URL: ollama.url },
    },
  });
  onTestFinished(() => client.close());
  const ask = (files: string[]) =>
    client.callTool("ollama_generate", { model: "llama3.2", prompt: "Sum up.", files });

  expect((await ask([join(folder, "a.txt")])).isError ?? false).toBe(false);
  expect(ollama.counters.log.at(-1)?.body).toMatchObject({
    prompt: `File ${join(folder, "a.txt")}:\nalpha\n\nSum up.`,
  });

  for (const file of ["b.bin", "link.txt", "missing.txt", join("..", "x")]) {
    const result = await ask([join(folder, file)]);
    expect(result.structuredContent, file).toMatchObject({ error: { code: "VALIDATION_ERROR" } });
    expect(result.content[0]?.text).toContain("files[0]");
  }
});

test("paths are not read for callers over HTTP, and a PDF is refused with what to send", async () => {
  const { client } = await startCore({ models });
  const byPath = await client.callTool("ollama_generate", {
    model: "llama3.2",
    prompt: "x",
    files: ["package.json"],
  });
  expect(byPath.content[0]?.text).toMatch(/^VALIDATION_ERROR: files\[0\]: .*HTTP/);
  const pdf = Buffer.from("%PDF-1.7\n".padEnd(300, "x")).toString("base64");
  const result = await client.callTool("ollama_generate", { model: "llama3.2", prompt: "x", images: [pdf] });
  expect(result.content[0]?.text).toMatch(/^VALIDATION_ERROR: images\[0\]: .*PDF.*PNG/);
});

test.each<[unknown, unknown]>([
  [-1, -1],
  ["-1", -1],
  [0, 0],
  ["0", 0],
  ["300", 300],
  [" 5m ", "5m"],
  ["1h30m", "1h30m"],
  ["-1m", "-1m"],
])("keep_alive %j is sent as %j", async (keep_alive, sent) => {
  const { ollama, client } = await startCore({ models });
  const result = await client.callTool("ollama_generate", { model: "llama3.2", prompt: "hi", keep_alive });
  expect(result.structuredContent).toMatchObject({ status: "success" });
  expect(ollama.counters.log.at(-1)?.body).toMatchObject({ keep_alive: sent });
});

/** Thoughts that a server leaves in the answer of a model that thinks, in pieces. */
const looseThoughts: Record<string, string[]> = {
  "only a closing tag": ["Let me ", "see", ".\n</th", "ink>\n\n", "Paris."],
  "the tag thinking": ["<thin", "king>Let me see.</thinking>", "\n\nParis."],
  "a closing tag in the same line": ["Let me see.</think>Paris."],
  "the tag of another template": ["[THINK]Let me see.[/THINK]Paris."],
};

test.each(Object.entries(looseThoughts))(
  "%s: the thinking stays apart from the answer",
  async (_, answer) => {
    const { client } = await startCore({
      models: [{ name: "t", capabilities: ["completion", "thinking"], thinking: "", answer }],
    });
    for (const think of [undefined, "on"]) {
      const asked = await client.callTool("ollama_generate", { model: "t", prompt: "hi", think });
      expect(asked.content[0]?.text).toBe("Paris.");
      const where = think === "on" ? asked.structuredContent?.data : asked._meta?.["ollama-bridge/details"];
      expect(where).toMatchObject({ thinking: "Let me see." });
    }
    const messages = [{ role: "user", content: "hi" }];
    const chat = await client.callTool("ollama_chat", { model: "t", messages, think: "on" });
    expect(chat.structuredContent).toMatchObject({
      data: { message: { content: "Paris.", thinking: "Let me see." } },
    });
  },
);

test("a tag that an answer only talks about stays", async () => {
  const answer = "Close it with `</think>`:\n\n```\n<think>\nhm\n</think>\n```\nThat is all.";
  const { client } = await startCore({
    models: [
      { name: "t", capabilities: ["completion", "thinking"], thinking: "", answer },
      { name: "plain", answer: "The </think> tag ends it." },
    ],
  });
  const texts = [];
  for (const model of ["t", "plain"])
    texts.push((await client.callTool("ollama_generate", { model, prompt: "hi" })).content[0]?.text);
  expect(texts).toEqual([answer, "The </think> tag ends it."]);
});

test("an answer that repeats itself for ever is stopped and says so, unless its length was set", async () => {
  const endless = [...Array(100).fill(" Well,"), ...Array(2_500).fill(" and so on")];
  const { ollama, client } = await startCore({ models: [{ name: "small", answer: endless }] });
  const ask = (options?: object) =>
    client.callTool("ollama_generate", { model: "small", prompt: "hi", options });
  const stopped = (await ask()).structuredContent as { data: { response: string; warnings: string[] } };
  expect(stopped.data).toMatchObject({ done_reason: "repetition", truncated: true });
  expect(stopped.data.warnings).toEqual([expect.stringContaining("repeated itself")]);
  expect(stopped.data.response.length).toBeLessThan(15_000);
  await ollama.until(({ totalInFlight }) => totalInFlight === 0);
  const whole = await ask({ num_predict: 2_600 });
  expect(whole.structuredContent).toMatchObject({
    data: { done_reason: "stop", response: endless.join("") },
  });
});

test.each([
  [true, true],
  [false, false],
  ["on", true],
  ["low", "low"],
])("think %j is sent as %j", async (think, sent) => {
  const { ollama, client } = await startCore({ models });
  await client.callTool("ollama_generate", { model: "thinker", prompt: "hi", think });
  expect(ollama.counters.log.at(-1)?.body).toMatchObject({ think: sent });
});
