import { expect, test } from "vitest";
import { startCore } from "../../test/core-server.ts";

const weather = {
  type: "function",
  function: { name: "weather", description: "w", parameters: { type: "object", properties: {} } },
};
const calls = [{ function: { name: "weather", arguments: { city: "Oslo" } } }];

test("a conversation is answered with a message, and tool calls come back to the caller", async () => {
  const { ollama, client } = await startCore({
    models: [
      { name: "llama3.2", answer: "Hello Ada." },
      { name: "caller", capabilities: ["completion", "tools"], answer: "", tool_calls: calls },
    ],
  });
  const messages = [
    { role: "system", content: "Be kind." },
    { role: "user", content: "I am Ada." },
  ];
  const plain = await client.callTool("ollama_chat", { model: "llama3.2", messages });
  expect(plain.content[0]?.text).toBe("Hello Ada.");
  expect(plain.structuredContent).toMatchObject({
    data: { message: { role: "assistant", content: "Hello Ada." } },
  });
  expect(ollama.counters.log.at(-1)).toMatchObject({
    path: "/api/chat",
    body: { messages, truncate: false },
  });

  const called = await client.callTool("ollama_chat", { model: "caller", messages, tools: [weather] });
  expect(called.structuredContent).toMatchObject({
    data: { message: { tool_calls: [{ function: { name: "weather", arguments: { city: "Oslo" } } }] } },
  });
});

test("tools for a model that cannot call them, and empty conversations, are refused", async () => {
  const { client } = await startCore({ models: [{ name: "llama3.2" }] });
  const messages = [{ role: "user", content: "hi" }];
  const tools = await client.callTool("ollama_chat", { model: "llama3.2", messages, tools: [weather] });
  expect(tools.structuredContent).toMatchObject({ error: { code: "CAPABILITY_UNSUPPORTED" } });
  const empty = await client.callTool("ollama_chat", { model: "llama3.2", messages: [] });
  expect(empty.structuredContent).toMatchObject({
    error: { code: "VALIDATION_ERROR", details: { path: "messages" } },
  });
  const wizard = await client.callTool("ollama_chat", {
    model: "llama3.2",
    messages: [{ role: "wizard", content: "x" }],
  });
  expect(wizard.structuredContent).toMatchObject({ error: { details: { path: "messages[0].role" } } });
});

test("what a chat answered can be sent back, as it is and as other clients write it", async () => {
  const model = {
    name: "caller",
    capabilities: ["completion", "tools", "thinking"],
    thinking: "The weather, then.",
    tool_calls: calls,
    answer: "It is sunny.",
  };
  const { ollama, client } = await startCore({ models: [model] });
  const asked = [{ role: "user", content: "Weather in Oslo?" }];
  const chat = (messages: object[]) =>
    client.callTool("ollama_chat", { model: "caller", messages, tools: [weather], think: "on" });
  const { data } = (await chat(asked)).structuredContent as { data: { message: Record<string, unknown> } };
  expect(data.message).toMatchObject({ thinking: "The weather, then.", tool_calls: calls });
  const result = { role: "tool", content: "25°", tool_name: "weather", tool_call_id: "call_1" };
  const back = await chat([...asked, data.message, result]);
  expect(back.content[0]?.text).toBe("It is sunny.");
  expect(ollama.counters.log.at(-1)?.body).toMatchObject({ messages: [...asked, data.message, result] });

  const written = [
    {
      role: "assistant",
      content: null,
      thinking: null,
      tool_calls: [
        { id: "call_1", type: "function", function: { name: "weather", arguments: '{"city":"Oslo"}' } },
        { id: "call_2", type: "function", function: { name: "weather", arguments: "" } },
      ],
    },
    { role: "tool", tool_call_id: "call_1", name: "weather", content: "25°" },
  ];
  expect((await chat([...asked, ...written])).content[0]?.text).toBe("It is sunny.");
  expect(ollama.counters.log.at(-1)?.body).toMatchObject({
    messages: [
      asked[0],
      {
        role: "assistant",
        content: "",
        tool_calls: [{ function: { arguments: { city: "Oslo" } } }, { function: { arguments: {} } }],
      },
      { role: "tool", tool_name: "weather", tool_call_id: "call_1", content: "25°" },
    ],
  });
});
