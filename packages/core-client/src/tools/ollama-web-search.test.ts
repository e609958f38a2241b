import { expect, test } from "vitest";
import { startCore } from "../../test/core-server.ts";

test("without a key it says what to set, and asks nobody", async () => {
  const { client } = await startCore({});
  const result = await client.callTool("ollama_web_search", { query: "ollama" });
  expect(result.content[0]?.text).toMatch(/^UNAUTHORIZED: .*OLLAMA_API_KEY/s);
  expect(result.structuredContent).toMatchObject({ error: { code: "UNAUTHORIZED" } });
});
