import { expect, test } from "vitest";
import { startCore } from "../../test/core-server.ts";

test("without a key it says what to set; an address that is none is refused", async () => {
  const { client } = await startCore({});
  const result = await client.callTool("ollama_web_fetch", { url: "https://ollama.com" });
  expect(result.content[0]?.text).toMatch(/^UNAUTHORIZED: .*OLLAMA_API_KEY/s);
  const file = await client.callTool("ollama_web_fetch", { url: "file:///etc/passwd" });
  expect(file.structuredContent).toMatchObject({
    error: { code: "VALIDATION_ERROR", details: { path: "url" } },
  });
});
