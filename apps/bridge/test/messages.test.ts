import { fileURLToPath } from "node:url";
import { createTestOllama } from "@ollama-bridge/test-kit";
import { connectClient } from "@ollama-bridge/test-kit/contract";
import { expect, onTestFinished, test } from "vitest";
import { quietEnvironment } from "./quiet-environment.ts";

const code = "```python\ndef f(x)\n    return x\n```\n\nThat is all of it.";

/** What is built differs from the sources: the parsers are bundled into a file that a worker runs. */
test.each([
  ["the bridge", "../dist/bin.js", ["--all"]],
  ["the messages server", "../../../packages/messages/dist/bin.js", []],
])("%s answers as a message, and has looked at the code in it", async (_what, path, args) => {
  const ollama = await createTestOllama({ models: [{ name: "coder", answer: code }] });
  const quiet = await quietEnvironment(ollama.url);
  const bin = fileURLToPath(new URL(path, import.meta.url));
  const client = await connectClient("2.x modern", {
    stdio: { command: process.execPath, args: [bin, ...args], env: { PATH: "", ...quiet.env } },
  });
  onTestFinished(async () => {
    await client.close();
    await ollama.close();
    await quiet.clear();
  });
  // The SDK drops progress that it reads together with the result: that waits until the first event was heard.
  const end = ollama.pauseBefore("done");
  const events: string[] = [];
  const onProgress = ({ message = "" }) => {
    events.push(JSON.parse(message).type);
    end.release();
  };
  const asked = { input_text: "A function", model: "coder" };
  const { structuredContent } = await client.callTool("stream_from_ollama", asked, { onProgress });
  expect(events[0]).toBe("stream_start");
  expect(structuredContent).toMatchObject({
    data: {
      response_data: {
        model: "coder",
        content: [{ type: "text", text: code }],
        metadata: {
          quality: expect.arrayContaining([
            {
              check: "code_validity",
              passed: false,
              repaired: false,
              detail: expect.stringMatching(/line 2/),
            },
          ]),
        },
      },
    },
  });
});
