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
