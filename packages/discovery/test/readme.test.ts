import { readFileSync } from "node:fs";
import { createTestOllama } from "@ollama-bridge/test-kit";
import { expect, onTestFinished, test, vi } from "vitest";
import * as discovery from "../src/index.ts";

const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");

test("the library's example in the README runs as it is written", async () => {
  const server = await createTestOllama({ models: [{ name: "llama3.2" }] });
  onTestFinished(() => server.close());
  const [, example = ""] = /```ts\n(.*?)```/s.exec(readme) ?? [];
  const body = example
    .replace(/import (\{.*?\}) from "@ollama-bridge\/discovery";/, "const $1 = discovery;")
    .replace("http://gpu.lan:11434", server.url);
  const log = vi.fn();
  const run = new Function("discovery", "console", `return (async () => {${body}})()`);
  await run(discovery, { log });
  expect(log).toHaveBeenCalledExactlyOnceWith("gpu", expect.any(String), "not measured yet");
});
