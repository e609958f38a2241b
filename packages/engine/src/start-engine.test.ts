import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "vitest";
import { describeEngine, startEngine } from "./index.ts";

const bin = fileURLToPath(new URL("./bin.ts", import.meta.url));
const env = { ...process.env, ENGINE_MODEL: "" };
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "engine-test-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test("a model file that llama.cpp cannot read is an error with the engine's own words", async () => {
  const file = path.join(folder, "broken.gguf");
  await writeFile(file, "GGUF, and then nothing of the sort");
  await expect(startEngine({ env: { ...env, ENGINE_MODEL: file } })).rejects.toMatchObject({
    code: "ENGINE_START_FAILED",
    message: expect.stringContaining("ollama-bridge-engine: "),
    hint: expect.stringContaining("npx ollama-bridge-engine"),
  });
});

test("says plainly how big the model is", () => {
  expect(describeEngine()).toContain("135 million");
});

test.each([
  [["--host", "0.0.0.0"], "not a loopback address"],
  [["--port", "http"], "--port http"],
  [["--wrong"], "--wrong"],
])("the command refuses %j", async (args, said) => {
  const child = spawn(process.execPath, [bin, ...args], { env, stdio: ["ignore", "pipe", "pipe"] });
  const [errors, output] = [await text(child, "stderr"), await text(child, "stdout")];
  expect(errors).toContain(said);
  expect(output).toBe("");
  expect(child.exitCode).toBe(1);
});

async function text(child: ChildProcess, stream: "stdout" | "stderr"): Promise<string> {
  let all = "";
  for await (const chunk of child[stream] ?? []) all += chunk;
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
  return all;
}
