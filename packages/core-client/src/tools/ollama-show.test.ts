import { expect, test } from "vitest";
import { startCore } from "../../test/core-server.ts";

test("what a model can do, and its context, are told", async () => {
  const { client } = await startCore({
    models: [{ name: "llava", capabilities: ["completion", "vision"], context_length: 32_768 }],
  });
  const result = await client.callTool("ollama_show", { model: "llava" });
  expect(result.structuredContent).toMatchObject({
    data: { capabilities: ["completion", "vision"], context_length: 32_768, family: expect.any(String) },
  });
  expect(result.content[0]?.text).toContain("capabilities: completion, vision");
  const missing = await client.callTool("ollama_show", { model: "lava" });
  expect(missing.structuredContent).toMatchObject({
    error: { code: "MODEL_NOT_FOUND", details: { suggestions: ["llava:latest"] } },
  });
});
