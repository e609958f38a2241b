import { settingsFromEnvironment } from "@ollama-bridge/server-kit";
import { createTestOllama, type TestOllama, type TestOllamaOptions } from "@ollama-bridge/test-kit";
import { type ContractClient, connectToolsets } from "@ollama-bridge/test-kit/contract";
import { onTestFinished } from "vitest";
import { createCoreToolset } from "../src/core-toolset.ts";

/** The core server on a scriptable Ollama, with a client; both end with the test. */
export async function startCore(
  script: TestOllamaOptions,
  env: Record<string, string> = {},
): Promise<{ ollama: TestOllama; client: ContractClient }> {
  const ollama = await createTestOllama(script);
  const toolset = createCoreToolset(settingsFromEnvironment({ OLLAMA_BASE_URL: ollama.url, ...env }));
  const client = await connectToolsets(toolset);
  onTestFinished(async () => {
    await client.close();
    await toolset.close();
    await ollama.close();
  });
  return { ollama, client };
}
