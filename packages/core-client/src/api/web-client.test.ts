import { createTestOllama } from "@ollama-bridge/test-kit";
import { expect, onTestFinished, test } from "vitest";
import { createWebClient } from "./web-client.ts";

test("search and pages come from the cloud, which gets the key", async () => {
  const cloud = await createTestOllama({
    key: "secret",
    web: {
      results: [{ title: "A", url: "https://a.example/", content: "alpha news" }],
      pages: { "https://a.example/": { title: "A", content: "alpha news", links: ["https://b.example/"] } },
    },
  });
  const web = createWebClient("secret", cloud.url);
  onTestFinished(async () => {
    await web.close();
    await cloud.close();
  });
  const results = await web.search({ query: "alpha" });
  expect(results).toEqual([{ title: "A", url: "https://a.example/", content: "alpha news" }]);
  expect(await web.fetch({ url: "https://a.example/" })).toEqual({
    title: "A",
    content: "alpha news",
    links: ["https://b.example/"],
  });
  expect(cloud.counters.log[0]?.headers.authorization).toBe("Bearer secret");
});
