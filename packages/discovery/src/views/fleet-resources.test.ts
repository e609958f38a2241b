import { expect, test } from "vitest";
import { startDiscovery } from "../../test/discovery-server.ts";

test("the picture and single models can be read, and model names complete", async () => {
  const { client } = await startDiscovery([
    { models: [{ name: "phi4" }, { name: "phi4-mini" }, { name: "a/b:c" }] },
  ]);
  expect(await client.listResources()).toContain("fleet://instances");
  const picture = JSON.parse(await client.readResource("fleet://instances"));
  expect(picture).toMatchObject({ instances: [{ status: "healthy" }], summary: { total: 1, models: 3 } });
  expect(await client.complete("fleet://models/{name}", "name", "ph")).toEqual([
    "phi4-mini:latest",
    "phi4:latest",
  ]);
  const model = JSON.parse(await client.readResource("fleet://models/phi4"));
  expect(model).toMatchObject({ name: "phi4", tier: "fast" });
  const named = JSON.parse(await client.readResource(`fleet://models/${encodeURIComponent("a/b:c")}`));
  expect(named).toMatchObject({ name: "a/b:c", instances: [expect.any(String)] });
  await expect(client.readResource("fleet://models/nobody")).rejects.toThrow(/not installed/);
});

test("a subscriber is told of an instance that goes and comes, and of a model that is loaded", async () => {
  const { client, servers } = await startDiscovery([{ models: [{ name: "phi4" }] }]);
  const [server] = servers;
  if (server === undefined) throw new Error("no server");
  const waiting: { test: (text: string) => boolean; resolve: () => void }[] = [];
  const changed = async () => {
    const text = await client.readResource("fleet://instances");
    for (const { test, resolve } of waiting) if (test(text)) resolve();
  };
  const shown = (test: (text: string) => boolean) =>
    new Promise<void>((resolve) => waiting.push({ test, resolve }));
  await client.readResource("fleet://instances");
  await client.subscribe("fleet://instances", () => void changed());
  const loaded = shown((text) => text.includes("size_vram_bytes"));
  await fetch(`${server.url}/api/generate`, { method: "POST", body: '{"model":"phi4"}' });
  await loaded;
  const gone = shown((text) => text.includes('"total":0'));
  await server.goDown();
  await gone;
  const back = shown((text) => text.includes('"total":1'));
  await server.comeBack();
  await back;
});
