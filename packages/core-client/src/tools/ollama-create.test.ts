import { expect, test } from "vitest";
import { startCore } from "../../test/core-server.ts";

test("a model is made from another with what was given", async () => {
  const { ollama, client } = await startCore({ models: [{ name: "llama3.2" }] });
  const result = await client.callTool("ollama_create", {
    model: "terse",
    from: "llama3.2",
    system: "One word.",
  });
  expect(result.structuredContent).toMatchObject({ data: { status: "success" } });
  expect(ollama.counters.log.at(-1)?.body).toMatchObject({
    model: "terse",
    from: "llama3.2",
    system: "One word.",
  });
  expect(ollama.models.find("terse")).toBeDefined();
});

test("a model that is not installed is not downloaded to make another from it", async () => {
  const { ollama, client } = await startCore({ models: [{ name: "llama3.2" }] });
  const result = await client.callTool("ollama_create", { model: "terse", from: "llama3.1" });
  expect(result.structuredContent).toMatchObject({
    error: { code: "MODEL_NOT_FOUND", details: { model: "llama3.1", suggestions: ["llama3.2:latest"] } },
  });
  expect(ollama.counters.requests["/api/create"]).toBeUndefined();
  const named = await client.callTool("ollama_create", { model: "terse", from: "Library/Llama3.2" });
  expect(named.structuredContent).toMatchObject({ status: "success" });
});
