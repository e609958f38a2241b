import { createCoreToolset } from "@ollama-bridge/core-client/toolset";
import { loadSettings, type Settings, type Toolset } from "@ollama-bridge/server-kit";
import { createTestOllama, type TestOllama, type TestOllamaOptions } from "@ollama-bridge/test-kit";
import { type ContractClient, connectToolsets } from "@ollama-bridge/test-kit/contract";
import { describe, expect, onTestFinished, test } from "vitest";
import { createToolsets } from "../src/toolsets.ts";
import { quietEnvironment } from "./quiet-environment.ts";

const models = [
  { name: "llama3.2", answer: "Paris." },
  { name: "llava", capabilities: ["completion", "vision"], answer: "A cat." },
];
const png = Buffer.concat([Buffer.from("89504e470d0a1a0a", "hex"), Buffer.alloc(60, 0xfb)]).toString(
  "base64",
);

/** Core's tools, alone or in the bridge. */
const servers: Record<string, (settings: Settings) => Toolset[]> = {
  alone: (settings) => [createCoreToolset(settings)],
  "in the bridge": createToolsets,
};

describe.each(Object.entries(servers))("%s", (_, toolsetsFor) => {
  async function start(
    script: TestOllamaOptions,
    host = ({ port }: TestOllama) => `:${port}`,
  ): Promise<{ ollama: TestOllama; client: ContractClient }> {
    const ollama = await createTestOllama(script);
    const { env, clear } = await quietEnvironment(ollama.url);
    const { OLLAMA_BASE_URL: __, BRIDGE_CONFIG: configPath, ...quiet } = env;
    const settings = await loadSettings({ env: { ...quiet, OLLAMA_HOST: host(ollama) }, configPath });
    const toolsets = toolsetsFor(settings);
    const client = await connectToolsets(...toolsets);
    onTestFinished(async () => {
      await client.close();
      await Promise.all(toolsets.map((toolset) => toolset.close()));
      await ollama.close();
      await clear();
    });
    return { ollama, client };
  }

  test.each<[string, (port: number) => string]>([
    ["a port alone", (port) => `:${port}`],
    ["a bind address", (port) => `0.0.0.0:${port}`],
    ["a bind address in a URL with a slash", (port) => `http://0.0.0.0:${port}/`],
    ["quotes", (port) => `"127.0.0.1:${port}"`],
  ])("OLLAMA_HOST is taken as Ollama takes it: %s", async (_what, host) => {
    const { client } = await start({ models }, ({ port }) => host(port));
    const result = await client.callTool("ollama_list_models", {});
    expect(result.content[0]?.text).toContain("llama3.2:latest");
  });

  test.each<[string, Record<string, unknown>]>([
    ["Llama3.2", { model: "Llama3.2" }],
    ["the registry's name", { model: "registry.ollama.ai/library/llama3.2:latest" }],
    ["keep_alive -1", { model: "llama3.2", keep_alive: -1 }],
    ['keep_alive "0"', { model: "llama3.2", keep_alive: "0" }],
    ["options in a text", { model: "llama3.2", options: '{"seed":1}', timeoutMs: "60000" }],
    ["a data URL with a parameter", { model: "llava", images: [`data:image/png;name=a.png;base64,${png}`] }],
    ["images in a text", { model: "llava", images: JSON.stringify([png]) }],
  ])("a call is taken with %s", async (_what, args) => {
    const { client } = await start({ models });
    const result = await client.callTool("ollama_generate", { prompt: "hi", toolCallId: "call_1", ...args });
    expect(result.structuredContent).toMatchObject({ status: "success", data: { model: args.model } });
  });

  test("what Ollama 0.33 cannot do is said as what the model lacks", async () => {
    const { client } = await start({ models, like: "0.33" });
    const embed = await client.callTool("ollama_embed", { model: "llama3.2", input: "hi" });
    const see = await client.callTool("ollama_generate", { model: "llama3.2", prompt: "hi", images: [png] });
    for (const { structuredContent } of [embed, see])
      expect(structuredContent).toMatchObject({
        error: { code: "CAPABILITY_UNSUPPORTED", details: { model: "llama3.2" } },
      });
  });
});
