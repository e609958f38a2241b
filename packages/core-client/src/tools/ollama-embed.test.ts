import { expect, test } from "vitest";
import { startCore } from "../../test/core-server.ts";

test("each text gets a vector, in order", async () => {
  const { client } = await startCore({ models: [{ name: "nomic-embed-text", capabilities: ["embedding"] }] });
  const input = ["red apple", "fast car", "red apple"];
  const result = await client.callTool("ollama_embed", { model: "nomic-embed-text", input });
  const { data } = result.structuredContent as {
    data: { embeddings: number[][]; dimensions: number; count: number };
  };
  expect(data.count).toBe(3);
  expect(data.embeddings.map((vector) => vector.length)).toEqual([
    data.dimensions,
    data.dimensions,
    data.dimensions,
  ]);
  expect(data.embeddings[0]).toEqual(data.embeddings[2]);
  expect(data.embeddings[0]).not.toEqual(data.embeddings[1]);
  expect(result.content[0]?.text).toBe(`3 embeddings of ${data.dimensions} dimensions.`);
});

test("a missing model is told as for a generation", async () => {
  const { client } = await startCore({ models: [{ name: "nomic-embed-text", capabilities: ["embedding"] }] });
  const result = await client.callTool("ollama_embed", { model: "nomic", input: ["x"] });
  expect(result.structuredContent).toMatchObject({
    error: { code: "MODEL_NOT_FOUND", details: { model: "nomic" } },
  });
});

test.each<[unknown, string[]]>([
  ["red apple", ["red apple"]],
  ['["red","blue"]', ["red", "blue"]],
  ['{"a":1}', ['{"a":1}']],
  ["[note] red", ["[note] red"]],
  ["[1,2]", ["[1,2]"]],
])("the input %j is the texts %j", async (input, texts) => {
  const { ollama, client } = await startCore({ models: [{ name: "m", capabilities: ["embedding"] }] });
  const result = await client.callTool("ollama_embed", { model: "m", input });
  expect(result.structuredContent).toMatchObject({ data: { count: texts.length } });
  expect(ollama.counters.log.at(-1)?.body).toMatchObject({ input: texts });
});
