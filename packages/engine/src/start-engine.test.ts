import { type ChildProcess, fork, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { defaultModelAvailable, startDefaultEngine } from "../test/real-engine.ts";
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

describe.skipIf(!(await defaultModelAvailable()))("with the default model", () => {
  /** The command as a child, with an answer under way. */
  async function answering(): Promise<ChildProcess> {
    const child = fork(bin, [], { env, execArgv: [], stdio: ["ignore", "ignore", "ignore", "ipc"] });
    const [{ url }] = await once(child, "message");
    const body = JSON.stringify({ model: "smollm2:135m", prompt: "Tell a long story." });
    const response = await fetch(`${url}/api/generate`, { method: "POST", body });
    const reader = response.body?.getReader();
    await reader?.read();
    reader?.closed.catch(() => {}); // the answer is cut off when the command ends
    return child;
  }

  test.each(["SIGTERM", "SIGINT"] as const)(
    "the command ends with 0 on %s, in the midst of an answer",
    async (signal) => {
      const child = await answering();
      child.kill(signal);
      expect(await once(child, "exit")).toEqual([0, null]);
    },
  );

  test("the command ends when the process that forked it lets go", async () => {
    const child = await answering();
    child.disconnect();
    expect(await once(child, "exit")).toEqual([0, null]);
  });

  test("close ends the process behind the address", async () => {
    const engine = await startDefaultEngine();
    expect(engine.models).toEqual(["smollm2:135m", "smollm2-precise:135m"]);
    expect(await (await fetch(engine.url)).text()).toBe("Ollama is running");
    await engine.close();
    await engine.close();
    await expect(fetch(engine.url)).rejects.toThrow();
  });

  test("an abort while starting rejects and leaves no process", async () => {
    const abort = new AbortController();
    const onProgress = () => setImmediate(() => abort.abort());
    await expect(startEngine({ env, signal: abort.signal, onProgress })).rejects.toThrow("aborted");
  });
});
