import type { ModelScript } from "@ollama-bridge/test-kit";
import type { ToolResult } from "@ollama-bridge/test-kit/contract";
import { describe, expect, test } from "vitest";
import { startBridge } from "./bridge-in-process.ts";

const models: ModelScript[] = [
  { name: "chatty", answer: "one two three four" },
  { name: "mute", answer: "" },
  {
    name: "agent",
    capabilities: ["completion", "thinking", "tools"],
    answer: ["Paris", "."],
    thinking: "Let me see",
    tool_calls: [{ function: { name: "look_up", arguments: { city: "Paris" } } }],
  },
];

/** Every tool that runs a model: its arguments for a model, and how many answers it has. */
const running: [string, (model: string) => Record<string, unknown>][] = [
  ["ollama_generate", (model) => ({ model, prompt: "hi" })],
  ["ollama_chat", (model) => ({ model, messages: [{ role: "user", content: "hi" }] })],
  ["ask_model", (model) => ({ model, prompt: "hi" })],
  ["batch_ask", (model) => ({ models: [model, model], prompt: "hi" })],
  ["route_request", (model) => ({ model, prompt: "hi" })],
  ["consult_ollama", (model) => ({ model, prompt: "hi" })],
  ["compare_ollama_models", (model) => ({ models: [model], prompt: "hi" })],
  ["sequential_consultation_chain", (model) => ({ consultants: [{ id: "a", model, prompt: "hi" }] })],
  ["process_with_ollama", (model) => ({ input_text: "hi", model })],
  ["stream_from_ollama", (model) => ({ input_text: "hi", model })],
];

const texts = ({ content }: ToolResult) => content.map(({ text }) => text ?? "");

describe.each(["structured", "text"] as const)("with --results %s", (results) => {
  test.each(running)("%s names who answered beside the answer", async (tool, args) => {
    const { client } = await startBridge([{ models }], { results });
    const result = await client.callTool(tool, args("chatty"));
    expect(result.isError ?? false).toBe(false);
    const [answer, note] = texts(result);
    expect(answer).toContain("one two three four");
    expect(answer).not.toContain("—");
    expect(note).toMatch(/^— (a: )?chatty on \S+/);
    if (result.structuredContent !== undefined)
      expect(JSON.stringify(result.structuredContent)).toMatch(/"instance":"/);
  });

  test.each(running)("%s says that a model returned no text", async (tool, args) => {
    const { client } = await startBridge([{ models }], { results });
    const result = await client.callTool(tool, args("mute"));
    expect(texts(result).join("\n")).toContain("The model returned no text (done_reason: stop)");
    if (result.structuredContent !== undefined)
      expect(JSON.stringify(result.structuredContent.data)).toContain("The model returned no text");
  });

  test.each([
    ["ollama_generate", { prompt: "hi" }],
    ["ask_model", { prompt: "hi" }],
    ["ollama_chat", { messages: [{ role: "user", content: "hi" }] }],
  ])("%s says that the answer was cut, and leaves the answer as it is", async (tool, args) => {
    const { client } = await startBridge([{ models }], { results });
    const cut = await client.callTool(tool, { model: "chatty", ...args, options: { num_predict: 1 } });
    expect(texts(cut)).toEqual([
      "one",
      expect.stringMatching(/^— chatty on 127\.0\.0\.1:\d+ · cut at the token limit$/),
    ]);
  });

  test("a chat tells the calls of tools, and the thinking that was asked for", async () => {
    const { client } = await startBridge([{ models }], { results });
    const tools = [{ type: "function", function: { name: "look_up", parameters: {} } }];
    const messages = [{ role: "user", content: "hi" }];
    const result = await client.callTool("ollama_chat", { model: "agent", messages, tools, think: "on" });
    const all = texts(result);
    expect(JSON.parse(all[0] ?? "")).toMatchObject([{ function: { name: "look_up" } }]);
    expect(all[1]).toMatch(/^— agent on \S+ · tool calls: 1$/);
    expect(all[2]).toBe("Thinking:\nLet me see");
  });

  test("a context that was raised is told", async () => {
    const { client } = await startBridge([{ models }], { results });
    const result = await client.callTool("ask_model", { model: "chatty", prompt: "word ".repeat(5_000) });
    expect(texts(result)[1]).toMatch(/ · context raised to 8,192/);
  });

  test("which model a task went to, and why, is told", async () => {
    const config = { routing: { categories: { code: { models: ["chatty"] } } } };
    const { client } = await startBridge([{ models }], { results, config });
    const routed = await client.callTool("route_task", { category: "code", prompt: "hi" });
    expect(texts(routed)[1]).toMatch(/^— chatty:latest on .*first installed model of the category code/);
    const consulted = await client.callTool("consult_ollama", { model: "auto:code", prompt: "hi" });
    expect(texts(consulted)[1]).toMatch(/^— chatty:latest on .*first installed model of the category code/);
  });

  test("a part that failed is told with what to do", async () => {
    const { client } = await startBridge([{ models }], { results });
    const consultants = [
      { id: "a", model: "absent", prompt: "hi" },
      { id: "b", model: "chatty", prompt: "hi" },
    ];
    const chain = await client.callTool("sequential_consultation_chain", {
      consultants,
      onError: "continue",
    });
    const compared = await client.callTool("compare_ollama_models", {
      models: ["absent", "chatty"],
      prompt: "hi",
    });
    for (const result of [chain, compared]) {
      expect(texts(result)[0]).toContain("ollama pull absent");
      expect(texts(result)[1]).toMatch(/— (a: )?absent failed: MODEL_NOT_FOUND\n— (b: )?chatty on/);
      expect(JSON.stringify(result.structuredContent)).toMatch(/"hint":"[^"]*ollama pull absent/);
    }
  });
});

test("an error has its hint in structured content", async () => {
  const { client } = await startBridge([{ models }]);
  const result = await client.callTool("ask_model", { model: "absent", prompt: "hi" });
  expect(result.structuredContent).toMatchObject({
    error: { code: "MODEL_NOT_FOUND", hint: expect.stringContaining("ollama pull absent") },
  });
});
