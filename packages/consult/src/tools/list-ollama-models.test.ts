import { expect, test } from "vitest";
import { startConsult, textOf } from "../../test/consult-server.ts";

test("lists names, parameters, sizes and digests, with version and endpoint", async () => {
  const { ollama, client } = await startConsult({
    version: "0.1.17",
    models: [
      { name: "llama3.2", parameter_size: "3.2B", quantization_level: "Q4_0", digest: "abcd1234" },
      {
        name: "qwen2.5-coder:7b",
        parameter_size: "7B",
        size_bytes: 4_700_000_000,
        digest: "sha256:efgh5678",
      },
    ],
  });
  const result = await client.callTool("list_ollama_models", {});
  expect(result.structuredContent).toEqual({
    status: "success",
    data: {
      models: [
        {
          name: "llama3.2:latest",
          size: "3.2B",
          size_bytes: 2_000_000_000,
          modified_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
          digest: "sha256:abcd1234",
          details: { parameter_size: "3.2B", quantization_level: "Q4_0" },
        },
        {
          name: "qwen2.5-coder:7b",
          size: "7B",
          size_bytes: 4_700_000_000,
          modified_at: expect.any(String),
          digest: "sha256:efgh5678",
          details: { parameter_size: "7B", quantization_level: "Q4_K_M" },
        },
      ],
      count: 2,
      ollama_version: "0.1.17",
    },
    metadata: expect.objectContaining({ tool: "list_ollama_models", endpoint: ollama.url }),
  });
  expect(textOf(result)).toContain("- qwen2.5-coder:7b: 7B, Q4_K_M, 4.7 GB");
});

test("no models is an answer, an Ollama that is down an error", async () => {
  const { ollama, client } = await startConsult({});
  const none = await client.callTool("list_ollama_models", {});
  expect(textOf(none)).toBe("No models found.");
  expect(none.structuredContent).toMatchObject({ data: { models: [], count: 0 } });
  await ollama.goDown();
  const down = await client.callTool("list_ollama_models", {});
  expect(down.structuredContent).toMatchObject({ error: { code: "OLLAMA_CONNECTION_FAILED" } });
});

test("a server that looks like Ollama and tells little is listed with what it tells", async () => {
  const { ollama, client } = await startConsult({});
  ollama.inject({ kind: "unknown-path", path: "/api/version" });
  ollama.inject({ kind: "body", path: "/api/tags", body: '{"models":[{"model":"bare"}]}' });
  const result = await client.callTool("list_ollama_models", {});
  expect(result.structuredContent).toMatchObject({
    data: { models: [{ name: "bare", size: null, size_bytes: null, digest: null }], ollama_version: null },
  });
  expect(textOf(result)).toContain("- bare: ?");
});
