import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { createTestOllama, type TestOllama } from "@ollama-bridge/test-kit";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type QuietEnvironment, quietEnvironment } from "./quiet-environment.ts";

const bin = fileURLToPath(new URL("../dist/bin.js", import.meta.url));
let ollama: TestOllama;
let quiet: QuietEnvironment;

beforeAll(async () => {
  ollama = await createTestOllama({
    models: [{ name: "qwen2.5-coder:7b", size_bytes: 4.7e9, answer: "\\d+" }],
  });
  quiet = await quietEnvironment(ollama.url);
});
afterAll(async () => {
  await ollama.close();
  await quiet.clear();
});

function bridge(...args: string[]) {
  return promisify(execFile)(process.execPath, [bin, ...args], { env: { ...process.env, ...quiet.env } });
}

test("scan and models show the fleet to a person", async () => {
  expect((await bridge("scan")).stdout).toContain(ollama.url);
  expect((await bridge("models")).stdout).toMatch(/qwen2\.5-coder:7b .*4\.7 GB .*balanced/);
});

test("ask prints the answer and nothing else on stdout", async () => {
  const { stdout, stderr } = await bridge("ask", "qwen2.5-coder:7b", "digits", "please");
  expect(stdout).toBe("\\d+\n");
  expect(stderr).toMatch(/^— qwen2\.5-coder:7b on \S+$/m);
});

test("route --json gives the whole answer", async () => {
  const { stdout } = await bridge("route", "--json", "--category", "code", "--explain", "a regex for digits");
  expect(JSON.parse(stdout)).toMatchObject({
    status: "success",
    data: { response: "\\d+", model: "qwen2.5-coder:7b", category: "code", considered: expect.any(Array) },
  });
});

test("a failure is told on stderr, with what to do next, and ends with 1", async () => {
  await expect(bridge("ask", "qwen3", "hi")).rejects.toMatchObject({
    code: 1,
    stdout: "",
    stderr: expect.stringMatching(/MODEL_NOT_FOUND: .*qwen2\.5-coder:7b.*ollama pull qwen3/s),
  });
});

test("serve --help names the flags instead of serving", async () => {
  expect((await bridge("serve", "--help")).stdout).toMatch(/--http VALUE .*--allow-manage/s);
});
