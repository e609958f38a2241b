import { fileURLToPath } from "node:url";
import { loadSettings } from "@ollama-bridge/server-kit";
import { createTestOllama, type TestOllama } from "@ollama-bridge/test-kit";
import {
  contractSuite,
  reachInProcess,
  spawnHttpServer,
  type UpstreamProbe,
} from "@ollama-bridge/test-kit/contract";
import { afterAll, beforeAll } from "vitest";
import { createToolsets } from "../src/toolsets.ts";
import { quietEnvironment } from "./quiet-environment.ts";

const bin = fileURLToPath(new URL("../dist/bin.js", import.meta.url));
const cleanUp: (() => Promise<unknown>)[] = [];
let ollama: TestOllama;
let env: Record<string, string>;

beforeAll(async () => {
  ollama = await createTestOllama({
    parallel: 8,
    models: [{ name: "llama3.2", answer: ({ prompt }) => `You said ${prompt}` }],
  });
  const quiet = await quietEnvironment(ollama.url);
  cleanUp.push(quiet.clear);
  env = quiet.env;
});
afterAll(async () => {
  await Promise.all(cleanUp.map((close) => close()));
  await ollama.close();
});

let abortedBefore = 0;

const upstream = (): UpstreamProbe => ({
  model: "llama3.2",
  answerTo: (prompt) => `You said ${prompt}`,
  holdGeneration() {
    abortedBefore = ollama.counters.aborted;
    const { reached, release } = ollama.pauseBefore("first-token");
    return { reached, release };
  },
  generationAborted: () =>
    ollama.until(({ aborted, inFlight }) => aborted > abortedBefore && !inFlight["/api/generate"]),
  async change(seen) {
    if (/"loaded":\[\]/.test(seen)) await ollama.load("llama3.2");
    else ollama.unload("llama3.2");
  },
});

contractSuite({
  reaches: {
    stdio: async () => ({ stdio: { command: process.execPath, args: [bin, "serve", "--all"], env } }),
    HTTP: async () => {
      const server = await spawnHttpServer(bin, ["serve", "--all"], env);
      cleanUp.push(server.stop);
      return { http: { url: server.url } };
    },
    "in-process": async () => {
      const toolsets = createToolsets(await loadSettings({ env }));
      cleanUp.push(...toolsets.map((toolset) => () => toolset.close()));
      return reachInProcess(toolsets);
    },
  },
  upstream,
  runningTool: "ollama_generate",
  resource: "ollama://models",
  template: { uriTemplate: "ollama://models/{name}", variable: "name", prefix: "llama" },
  changing: "fleet://instances",
});
