import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { connectClient } from "@ollama-bridge/test-kit/contract";
import { expect, onTestFinished, test } from "vitest";
import { defaultTools } from "../src/select-tools.ts";

const bin = fileURLToPath(new URL("../dist/bin.js", import.meta.url));

async function listed(...args: string[]): Promise<string[]> {
  const client = await connectClient("2.x modern", {
    stdio: { command: process.execPath, args: [bin, ...args], env: {} },
  });
  onTestFinished(() => client.close());
  return (await client.listTools()).map(({ name }) => name);
}

test("as it comes the bridge lists one tool per job", async () => {
  expect((await listed()).sort()).toEqual([...defaultTools].sort());
});

test("--all lists every tool but those that change a machine, which --allow-manage adds", async () => {
  const all = await listed("serve", "--all");
  expect(all).toEqual(
    expect.arrayContaining([...defaultTools, "ollama_generate", "consult_ollama", "forget"]),
  );
  expect(all).not.toContain("ollama_delete");
  const allowed = await listed("--all", "--allow-manage");
  expect(allowed.filter((name) => !all.includes(name)).sort()).toEqual([
    "ollama_copy",
    "ollama_create",
    "ollama_delete",
    "ollama_push",
  ]);
});

test("--only takes whole servers with what they list, --tools and --without single tools", async () => {
  expect((await listed("--only", "router,memory")).sort()).toEqual([
    "ask_model",
    "assess_capability",
    "batch_ask",
    "forget",
    "forget_session",
    "list_models",
    "recall",
    "remember_consult",
    "route_request",
    "route_task",
    "search_memories",
    "sessions",
  ]);
  expect(await listed("--only", "consult")).toContain("remember_consult");
  expect(await listed("--tools", "recall,ask_model", "--without", "recall")).toEqual(["ask_model"]);
});

test.each([
  [["--only", "rooter"], /--only rooter.*router/s],
  [["--tools", "ask_modle"], /There is no tool ask_modle.*ask_model/s],
])("a name that nothing has ends the start: %j", async (args, message) => {
  const run = promisify(execFile)(process.execPath, [bin, ...args]);
  await expect(run).rejects.toMatchObject({ code: 78, stderr: expect.stringMatching(message), stdout: "" });
});
