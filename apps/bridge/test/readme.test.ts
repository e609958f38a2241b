import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { createTestOllama } from "@ollama-bridge/test-kit";
import { connectClient } from "@ollama-bridge/test-kit/contract";
import { expect, onTestFinished, test } from "vitest";
import { quietEnvironment } from "./quiet-environment.ts";

const bin = fileURLToPath(new URL("../dist/bin.js", import.meta.url));
const NPX = "npx -y ollama-bridge-mcp";

/** The words behind `npx -y ollama-bridge-mcp` in each of the README's commands that have it. */
const commands = [
  ...readFileSync(new URL("../README.md", import.meta.url), "utf8").matchAll(
    new RegExp(`^(?:claude mcp add .* )?${NPX}\\b(.*?)(?:\\s#.*)?$`, "gm"),
  ),
].map(([, rest = ""]) =>
  [...rest.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, word]) => quoted ?? word ?? ""),
);

async function startOllama() {
  const ollama = await createTestOllama({ models: [{ name: "llama3.2", answer: "Rayleigh scattering." }] });
  const quiet = await quietEnvironment(ollama.url);
  onTestFinished(async () => {
    await ollama.close();
    await quiet.clear();
  });
  return { ollama, env: { ...process.env, ...quiet.env } as Record<string, string> };
}

test("the README's commands show what is there, and answer", async () => {
  const { ollama, env } = await startOllama();
  const [server, scan = [], ask = []] = commands;
  const run = async (args: string[]) =>
    (await promisify(execFile)(process.execPath, [bin, ...args], { env })).stdout;
  expect(await run(scan)).toContain(ollama.url);
  expect(await run(ask)).toBe("Rayleigh scattering.\n");
  expect(server).toEqual([]);
});

test("the README's server answers a client", async () => {
  const { env } = await startOllama();
  const client = await connectClient("2.x modern", {
    stdio: { command: process.execPath, args: [bin, ...(commands[0] ?? [])], env },
  });
  onTestFinished(() => client.close());
  const result = await client.callTool("ask_model", { model: "auto", prompt: "Why is the sky blue?" });
  expect(result.content[0]?.text).toContain("Rayleigh scattering.");
});
