import { expect, test } from "vitest";
import { startCore } from "../../test/core-server.ts";

test("one line a model: its name and its size in whole decimal gigabytes", async () => {
  const { client } = await startCore({
    models: [
      { name: "llama3.2:3b", size_bytes: 2_019_393_189 },
      { name: "qwen2.5-coder:7b", size_bytes: 4_683_087_332 },
      { name: "tiny", size_bytes: 98_363_050 },
    ],
  });
  const result = await client.callTool("ollama_list_models", {});
  expect(result.content[0]?.text).toBe("llama3.2:3b (2GB)\nqwen2.5-coder:7b (5GB)\ntiny:latest (0GB)");
  expect(result.structuredContent).toMatchObject({ data: { models: [{ name: "llama3.2:3b" }, {}, {}] } });
});

test("an Ollama without models says so", async () => {
  const { client } = await startCore({ models: [] });
  expect((await client.callTool("ollama_list_models", {})).content[0]?.text).toBe("No models found.");
});
