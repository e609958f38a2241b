import { fileURLToPath } from "node:url";
import { createTestOllama, type TestOllama } from "@ollama-bridge/test-kit";
import { clientKinds, connectClient } from "@ollama-bridge/test-kit/contract";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type QuietEnvironment, quietEnvironment } from "./quiet-environment.ts";

const binOf = (folder: string) => fileURLToPath(new URL(`../../../${folder}/dist/bin.js`, import.meta.url));

/** Each package's own server with one call that it must answer. */
const servers: [name: string, tool: string, args: Record<string, unknown>, text: RegExp][] = [
  ["core-client", "ollama_generate", { model: "llama3.2", prompt: "hi" }, /^Hello\.$/],
  ["discovery", "list_models", {}, /llama3\.2/],
  ["router", "ask_model", { model: "llama3.2", prompt: "hi" }, /^Hello\.$/],
  ["consult", "consult_ollama", { model: "llama3.2", prompt: "hi" }, /^Hello\.$/],
  ["messages", "process_with_ollama", { model: "llama3.2", input_text: "hi" }, /Hello\./],
  ["memory", "remember_consult", { key: "k", value: "v" }, /k/],
];

let ollama: TestOllama;
let quiet: QuietEnvironment;
beforeAll(async () => {
  ollama = await createTestOllama({ models: [{ name: "llama3.2", answer: "Hello." }] });
  quiet = await quietEnvironment(ollama.url);
});
afterAll(async () => {
  await ollama.close();
  await quiet.clear();
});

const connect = (kind: (typeof clientKinds)[number], bin: string, ...args: string[]) =>
  connectClient(kind, { stdio: { command: process.execPath, args: [bin, ...args], env: quiet.env } });

describe.each(servers)("the server of %s", (name, tool, args, text) => {
  test.each(clientKinds)("is initialized, listed and called by a %s client", async (kind) => {
    const client = await connect(kind, binOf(`packages/${name}`));
    try {
      expect((await client.listTools()).map((each) => each.name)).toContain(tool);
      expect((await client.callTool(tool, args)).content[0]?.text).toMatch(text);
    } finally {
      await client.close();
    }
  });

  test("lists each tool as the bridge lists it", async () => {
    const single = await connect("2.x modern", binOf(`packages/${name}`));
    const bridge = await connect("2.x modern", binOf("apps/bridge"), "--all");
    try {
      const inBridge = new Map((await bridge.listTools()).map((each) => [each.name, JSON.stringify(each)]));
      for (const each of await single.listTools()) expect(JSON.stringify(each)).toBe(inBridge.get(each.name));
    } finally {
      await Promise.all([single.close(), bridge.close()]);
    }
  });
});
