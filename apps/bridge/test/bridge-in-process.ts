import { writeFile } from "node:fs/promises";
import { loadSettings } from "@ollama-bridge/server-kit";
import { createTestOllama, type TestOllama, type TestOllamaOptions } from "@ollama-bridge/test-kit";
import { type ContractClient, connectClient, reachInProcess } from "@ollama-bridge/test-kit/contract";
import { onTestFinished } from "vitest";
import { configSections } from "../src/config-sections.ts";
import { createToolsets } from "../src/toolsets.ts";
import { quietEnvironment } from "./quiet-environment.ts";

interface BridgeOptions {
  /** What the configuration file says beside `discovery`. */
  config?: object;
  env?: Record<string, string>;
  results?: "structured" | "text";
}

/** Every tool of the bridge over scriptable Ollamas, the first of which has no name, with a client; all end with the test. */
export async function startBridge(
  scripts: TestOllamaOptions[],
  { config = {}, env = {}, results = "structured" }: BridgeOptions = {},
): Promise<{ servers: TestOllama[]; client: ContractClient }> {
  const servers = await Promise.all(scripts.map((script) => createTestOllama(script)));
  const quiet = await quietEnvironment(servers[0]?.url ?? "http://127.0.0.1:1");
  const file = { discovery: { scan_local: false }, ...config };
  await writeFile(quiet.env.BRIDGE_CONFIG ?? "", JSON.stringify(file));
  const settings = await loadSettings({ env: { ...quiet.env, ...env }, sections: configSections });
  const toolsets = createToolsets(settings);
  const client = await connectClient("2.x modern", reachInProcess(toolsets, { results }));
  onTestFinished(async () => {
    await client.close();
    await Promise.all(toolsets.map((toolset) => toolset.close()));
    await Promise.all(servers.map((server) => server.close()));
    await quiet.clear();
  });
  return { servers, client };
}
