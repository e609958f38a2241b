import { type Settings, settingsFromEnvironment } from "@ollama-bridge/server-kit";
import { createTestOllama, type TestOllama, type TestOllamaOptions } from "@ollama-bridge/test-kit";
import { type ContractClient, connectToolsets } from "@ollama-bridge/test-kit/contract";
import { onTestFinished } from "vitest";
import { responsesSection } from "../src/config.ts";
import { createMessagesToolset } from "../src/messages-toolset.ts";

/** Settings whose `responses` section is given, as a config file would. */
function settingsWith(env: Record<string, string>, responses: object): Settings {
  const settings = settingsFromEnvironment(env);
  return {
    ...settings,
    read: ((section: Parameters<Settings["read"]>[0]) =>
      section.name === responsesSection.name
        ? responsesSection.schema.parse(responses)
        : settings.read(section)) as Settings["read"],
  };
}

/** The messages server on a scriptable Ollama, with a client; both end with the test. */
export async function startMessages(
  script: TestOllamaOptions,
  env: Record<string, string> = {},
  responses: object = {},
): Promise<{ ollama: TestOllama; client: ContractClient }> {
  const ollama = await createTestOllama(script);
  const toolset = createMessagesToolset(settingsWith({ OLLAMA_BASE_URL: ollama.url, ...env }, responses));
  const client = await connectToolsets(toolset);
  onTestFinished(async () => {
    await client.close();
    await toolset.close();
    await ollama.close();
  });
  return { ollama, client };
}
