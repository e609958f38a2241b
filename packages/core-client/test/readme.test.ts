import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { createTestOllama } from "@ollama-bridge/test-kit";
import { expect, onTestFinished, test } from "vitest";

const folder = fileURLToPath(new URL("..", import.meta.url));
const example = readFileSync(new URL("readme-example.ts", import.meta.url), "utf8");

/** Runs the README's lines as somebody's program, on the built library. */
async function runExample(url: string) {
  const program = example.replace("http://gpu-box:11434", url);
  const args = ["--input-type=module-typescript", "--eval", program];
  return promisify(execFile)(process.execPath, args, { cwd: folder });
}

test("the README shows the example that is type-checked and run here", () => {
  expect(readFileSync(new URL("../README.md", import.meta.url), "utf8")).toContain(
    `\`\`\`ts\n${example}\`\`\``,
  );
});

test("the README's lines print the answer, and what it is while it comes", async () => {
  const ollama = await createTestOllama({
    models: [{ name: "llama3.2", answer: ["Rayleigh", " scattering"] }],
  });
  onTestFinished(() => ollama.close());
  const { stdout, stderr } = await runExample(ollama.url);
  expect(stdout).toMatch(/^Rayleigh scattering \d+\n$/);
  expect(stderr).toBe("Rayleigh scattering");
});

test("the README's lines say what to do where the model is not installed", async () => {
  const ollama = await createTestOllama({ models: [] });
  onTestFinished(() => ollama.close());
  const { stdout, stderr } = await runExample(ollama.url);
  expect(stdout).toBe("");
  expect(stderr).toMatch(/^MODEL_NOT_FOUND: .*llama3\.2.* Pull the model/);
});
