import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createTestOllama } from "@ollama-bridge/test-kit";
import { connectClient } from "@ollama-bridge/test-kit/contract";
import { expect, onTestFinished, test } from "vitest";

const bin = fileURLToPath(new URL("../dist/bin.js", import.meta.url));

/** The real executable over stdio, on two scriptable Ollamas. */
async function spawnRouter() {
  const models = [{ name: "llama3.2", answer: "Paris." }];
  const servers = await Promise.all([createTestOllama({ models }), createTestOllama({ models })]);
  const [first, second] = servers;
  const env = {
    PATH: process.env.PATH ?? "",
    XDG_DATA_HOME: await mkdtemp(join(tmpdir(), "router-")),
    OLLAMA_BASE_URL: first.url,
    OLLAMA_INSTANCES: `second=${second.url}`,
  };
  const client = await connectClient("2.x legacy", {
    stdio: { command: process.execPath, args: [bin], env },
  });
  onTestFinished(async () => {
    await client.close();
    await Promise.all(servers.map((server) => server.close()));
    await rm(env.XDG_DATA_HOME, { recursive: true });
  });
  return { servers, client };
}

test("lists its tools, its guide and its prompts", async () => {
  const { client } = await spawnRouter();
  const names = (await client.listTools()).map(({ name }) => name);
  expect(names).toEqual([
    "ask_model",
    "batch_ask",
    "route_task",
    "route_request",
    "assess_capability",
    "sessions",
    "forget_session",
    "list_models",
  ]);
  expect(await client.listResources()).toContain("guide://models");
  expect(await client.listPrompts()).toEqual(["delegate", "offload"]);
  expect(await client.readResource("guide://models")).toContain("**llama3.2:latest**");
});

test("asks a model, and another machine when the first is gone", async () => {
  const { client, servers } = await spawnRouter();
  const ask = { model: "llama3.2", prompt: "Capital of France?" };
  const result = await client.callTool("ask_model", ask);
  expect(result.content[0]).toEqual({ type: "text", text: "Paris." });
  const { data } = result.structuredContent as { data: { instance: string } };
  await servers[data.instance === "second" ? 1 : 0]?.goDown();
  const again = await client.callTool("ask_model", ask);
  expect(again.structuredContent).toMatchObject({ data: { response: "Paris." } });
  expect(again.structuredContent).not.toMatchObject({ data: { instance: data.instance } });
});
