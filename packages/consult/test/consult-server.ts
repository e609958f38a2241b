import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createWebClient, type RunEvent } from "@ollama-bridge/core-client";
import { createCoreToolset } from "@ollama-bridge/core-client/toolset";
import { createMemoryToolset, type Memory } from "@ollama-bridge/memory/toolset";
import { settingsFromEnvironment } from "@ollama-bridge/server-kit";
import { createTestOllama, type TestOllama, type TestOllamaOptions } from "@ollama-bridge/test-kit";
import { type ContractClient, connectToolsets, type ToolResult } from "@ollama-bridge/test-kit/contract";
import { onTestFinished } from "vitest";
import {
  type ConsultToolsetDependencies,
  createConsultToolset,
  type ModelDependencies,
} from "../src/consult-toolset.ts";

interface ConsultSetup {
  env?: Record<string, string>;
  memory?: NonNullable<ConsultToolsetDependencies["memory"]>;
  /** Puts something between the tools and the models. */
  through?: (models: ModelDependencies) => ModelDependencies;
}

/** The consult server on a scriptable Ollama, with a client; both end with the test. */
export async function startConsult(
  script: TestOllamaOptions,
  { env = {}, memory, through = (models) => models }: ConsultSetup = {},
): Promise<{ ollama: TestOllama; client: ContractClient }> {
  const ollama = await createTestOllama(script);
  const settings = settingsFromEnvironment({ OLLAMA_BASE_URL: ollama.url, ...env });
  const core = createCoreToolset(settings);
  const web = createWebClient(env.OLLAMA_API_KEY, ollama.url);
  const models = through({ ...core.dependencies, web });
  const toolset = createConsultToolset(settings, { models, ...(memory && { memory }) });
  const client = await connectToolsets(toolset);
  onTestFinished(async () => {
    await client.close();
    await Promise.all([toolset.close(), core.close(), web.close()]);
    await ollama.close();
  });
  return { ollama, client };
}

/** Tells `onEvent` what becomes of every run of a model too. */
export const listening =
  (onEvent: (event: RunEvent) => void) =>
  ({ runner, ...rest }: ModelDependencies): ModelDependencies => ({
    ...rest,
    runner: {
      ...runner,
      run: (request, limits) =>
        runner.run(request, {
          ...limits,
          onEvent(event) {
            onEvent(event);
            limits?.onEvent?.(event);
          },
        }),
    },
  });

/** A memory in a folder of its own; both are gone after the test. */
export async function openMemory(): Promise<Memory> {
  const folder = await mkdtemp(join(tmpdir(), "ollama-bridge-consult-"));
  const toolset = createMemoryToolset(settingsFromEnvironment({ MEMORY_DIR: folder, LOG_LEVEL: "error" }));
  onTestFinished(async () => {
    await toolset.close();
    await rm(folder, { recursive: true });
  });
  return toolset.dependencies.memory;
}

export const textOf = ({ content }: ToolResult) => content[0]?.text ?? "";

/** The prompts that models were asked, in order. */
export function promptsOf(ollama: TestOllama): string[] {
  return ollama.counters.log
    .filter(({ path }) => path === "/api/generate")
    .map(({ body }) => (body as { prompt: string }).prompt);
}

export const sum = (numbers: number[]) => numbers.reduce((total, number) => total + number, 0);
