import { expect, test } from "vitest";
import { startCore } from "../../test/core-server.ts";

test("a deleted model is gone; one of an unknown instance is left alone", async () => {
  const { ollama, client } = await startCore({ models: [{ name: "llama3.2" }] });
  const elsewhere = await client.callTool("ollama_delete", { model: "llama3.2", instance: "elsewhere" });
  expect(elsewhere.structuredContent).toMatchObject({
    error: { code: "VALIDATION_ERROR", details: { path: "instance" } },
  });
  expect(ollama.models.find("llama3.2")).toBeDefined();
  const result = await client.callTool("ollama_delete", { model: "llama3.2" });
  expect(result.structuredContent).toMatchObject({ data: { status: "success" } });
  expect(ollama.models.find("llama3.2")).toBeUndefined();
});
