import { expect, test } from "vitest";
import { startCore } from "../../test/core-server.ts";

test("a copy is there under its new name; what is not there cannot be copied", async () => {
  const { ollama, client } = await startCore({ models: [{ name: "llama3.2" }] });
  const result = await client.callTool("ollama_copy", { source: "llama3.2", destination: "mine" });
  expect(result.structuredContent).toMatchObject({ data: { status: "success" } });
  expect(ollama.models.find("mine")).toBeDefined();
  const missing = await client.callTool("ollama_copy", { source: "nope", destination: "x" });
  expect(missing.structuredContent).toMatchObject({ error: { code: "MODEL_NOT_FOUND" } });
});
