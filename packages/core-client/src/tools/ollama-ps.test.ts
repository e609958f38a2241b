import { expect, test } from "vitest";
import { startCore } from "../../test/core-server.ts";

test("a model is listed while it is loaded", async () => {
  const { client } = await startCore({ models: [{ name: "llama3.2", size_bytes: 2e9 }] });
  expect((await client.callTool("ollama_ps", {})).content[0]?.text).toBe("No model is loaded.");
  await client.callTool("ollama_generate", { model: "llama3.2", prompt: "hi" });
  const result = await client.callTool("ollama_ps", {});
  expect(result.structuredContent).toMatchObject({
    data: {
      models: [{ name: "llama3.2:latest", size_bytes: expect.any(Number), expires_at: expect.any(String) }],
    },
  });
});
