import { connectClient, readmeProgram } from "@ollama-bridge/test-kit/contract";
import { expect, onTestFinished, test } from "vitest";

test("the README's lines serve a tool", async () => {
  const { args, cwd } = readmeProgram(import.meta.url);
  const client = await connectClient("2.x modern", {
    stdio: { command: process.execPath, args, cwd, env: {} },
  });
  onTestFinished(() => client.close());
  expect(await client.callTool("hello", { name: "Ada" })).toMatchObject({
    content: [{ type: "text", text: "Hello Ada." }],
    structuredContent: { data: { greeting: "Hello Ada." } },
  });
  expect(await client.callTool("hello", {})).toMatchObject({
    isError: true,
    structuredContent: { error: { code: "VALIDATION_ERROR" } },
  });
});
