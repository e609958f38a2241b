import { readFile } from "node:fs/promises";
import { createTestOllama } from "@ollama-bridge/test-kit";
import { runReadme } from "@ollama-bridge/test-kit/contract";
import { expect, onTestFinished, test } from "vitest";
import { openMemory, promptsOf, startConsult } from "./consult-server.ts";

test("the README's workflow searches, digests, remembers and answers", async () => {
  const readme = await readFile(new URL("../README.md", import.meta.url), "utf8");
  const json = /```json\n(.*?)```/s.exec(readme)?.[1] ?? "";
  const memory = await openMemory();
  const { ollama, client } = await startConsult(
    {
      models: [
        { name: "llama3.1:8b", answer: "Pass a JSON Schema as format." },
        { name: "phi4", answer: "Set format to the schema." },
      ],
      web: {
        results: [
          { title: "Structured outputs", url: "https://example.com/a", content: "format takes a schema" },
        ],
      },
    },
    {
      env: { OLLAMA_API_KEY: "test-key" },
      memory,
    },
  );
  const result = await client.callTool("sequential_consultation_chain", JSON.parse(json));

  const found = "- [Structured outputs](https://example.com/a)\n  format takes a schema";
  expect(result.structuredContent).toMatchObject({
    status: "success",
    data: {
      consultants: [
        { id: "search", model: "web_search", response: found, success: true },
        {
          id: "digest",
          response: "Pass a JSON Schema as format.",
          rememberedAs: "ollama-structured-outputs",
        },
        { id: "answer", response: "Set format to the schema.", referencedConsultants: ["digest"] },
      ],
      summary: { totalConsultants: 3, successful: 3, failed: 0 },
    },
  });
  const [search] = ollama.counters.log;
  expect(search).toMatchObject({ path: "/api/web_search", body: { query: "Ollama structured outputs" } });
  expect(search?.headers.authorization).toBe("Bearer test-key");
  expect(promptsOf(ollama)).toEqual([
    expect.stringContaining(found),
    expect.stringContaining("Pass a JSON Schema as format."),
  ]);
  expect(await memory.recall("ollama-structured-outputs")).toMatchObject({
    value: "Pass a JSON Schema as format.",
  });
});

test("the README's lines compare two models, and have one improve what the other wrote", async () => {
  const ollama = await createTestOllama({
    models: [
      { name: "llama3.2", answer: ({ prompt }) => (prompt.includes("haiku") ? "Drops fall." : "Tabs.") },
      {
        name: "phi4",
        answer: ({ prompt }) => (prompt.includes("Drops fall.") ? "Drops fall softly." : "Spaces."),
      },
    ],
  });
  onTestFinished(() => ollama.close());
  const { stdout } = await runReadme(import.meta.url, {
    replacements: { "http://gpu-box:11434": ollama.url },
  });
  expect(stdout).toBe("llama3.2 true Tabs.\nphi4 true Spaces.\nDrops fall softly.\n");
});
