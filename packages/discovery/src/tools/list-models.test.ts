import { stopClock } from "@ollama-bridge/test-kit/contract";
import { expect, test } from "vitest";
import { startDiscovery } from "../../test/discovery-server.ts";

const scripts = [
  {
    models: [
      { name: "phi4", size_bytes: 9_100_000_000 },
      {
        name: "llava",
        size_bytes: 4_700_000_000,
        capabilities: ["completion", "vision"],
        context_length: 32_768,
      },
    ],
  },
  { olderTags: true, models: [{ name: "phi4", size_bytes: 9_100_000_000, context_length: 16_384 }] },
];

async function list(args: object) {
  stopClock();
  const { client, servers } = await startDiscovery(scripts);
  await fetch(`${servers[1]?.url}/api/generate`, { method: "POST", body: '{"model":"phi4"}' });
  const { structuredContent, content } = await client.callTool("list_models", { ...args });
  const data = structuredContent?.data as { models: object; total_unique: number };
  const names = servers.map(({ port }) => `localhost:${port}`);
  return { ...data, text: content[0]?.text, names };
}

test("lists each model once, with where it is", async () => {
  const { models, total_unique, names, text } = await list({});
  expect(total_unique).toBe(2);
  expect(models).toMatchObject({
    "llava:latest": {
      size_bytes: 4_700_000_000,
      tier: "balanced",
      parameter_size: "3.2B",
      capabilities: ["completion", "vision"],
      context_length: 32_768,
      instances: [names[0]],
      loaded_on: [],
      best_for: "Local vision tasks",
    },
    "phi4:latest": { tier: "fast", instances: expect.arrayContaining(names), loaded_on: [names[1]] },
  });
  expect(text).toContain("| llava:latest | 4.7 GB | balanced |");
});

test.each([
  [{ capability: "vision" }, ["llava:latest"]],
  [{ tier: "fast" }, ["phi4:latest"]],
  [{ loaded_only: true }, ["phi4:latest"]],
  [{ tier: "powerful" }, []],
])("%j leaves %j", async (args, names) => {
  expect(Object.keys((await list(args)).models)).toEqual(names);
});

test("a model that was pulled a moment ago is there after a refresh", async () => {
  const { client, servers } = await startDiscovery([{ models: [{ name: "phi4" }] }]);
  await client.callTool("list_models", {});
  servers[0]?.models.add({ name: "mistral" });
  const { structuredContent } = await client.callTool("list_models", { refresh: true });
  expect(structuredContent).toMatchObject({ data: { total_unique: 2 } });
});
