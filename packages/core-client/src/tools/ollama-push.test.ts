import { expect, test } from "vitest";
import { startCore } from "../../test/core-server.ts";

test("a push runs to its end, and an unreachable registry is an error", async () => {
  const { client } = await startCore({ models: [{ name: "me/llama3.2" }] });
  const result = await client.callTool("ollama_push", { model: "me/llama3.2" });
  expect(result.structuredContent).toMatchObject({ data: { status: "success" } });
  const { client: cutOff } = await startCore({ models: [{ name: "me/llama3.2" }], registry: "unreachable" });
  const failed = await cutOff.callTool("ollama_push", { model: "me/llama3.2" });
  expect(failed.structuredContent).toMatchObject({ error: { code: "OLLAMA_PROCESSING_ERROR" } });
});

test("what is not installed cannot be pushed, and the nearest names are told", async () => {
  const { client } = await startCore({ models: [{ name: "me/llama3.2" }], like: "0.33" });
  const result = await client.callTool("ollama_push", { model: "me/llama3.1" });
  expect(result.structuredContent).toMatchObject({
    error: {
      code: "MODEL_NOT_FOUND",
      details: { model: "me/llama3.1", suggestions: ["me/llama3.2:latest"] },
    },
  });
});
