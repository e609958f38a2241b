import { createTestOllama } from "@ollama-bridge/test-kit";
import { stopClock } from "@ollama-bridge/test-kit/contract";
import { expect, onTestFinished, test } from "vitest";
import { startDiscovery } from "../../test/discovery-server.ts";
import { hasSecondAddress } from "../../test/loopback.ts";

test("lists instances with everything that is known of them, and a summary", async () => {
  stopClock();
  const { client, servers } = await startDiscovery([
    { models: [{ name: "llama3.2" }, { name: "phi4" }], version: "0.31.1" },
    { models: [{ name: "phi4" }] },
  ]);
  await fetch(`${servers[0]?.url}/api/generate`, { method: "POST", body: '{"model":"llama3.2"}' });
  const { structuredContent, content } = await client.callTool("discover_instances", {});
  expect(structuredContent).toMatchObject({
    status: "success",
    data: {
      instances: expect.arrayContaining([
        {
          name: `localhost:${servers[0]?.port}`,
          url: servers[0]?.url,
          host: "127.0.0.1",
          port: servers[0]?.port,
          local: true,
          routable: true,
          status: "healthy",
          version: "0.31.1",
          models: ["llama3.2:latest", "phi4:latest"],
          model_count: 2,
          loaded: [
            {
              model: "llama3.2:latest",
              size_vram_bytes: 2_000_000_000,
              expires_at: expect.stringMatching(/^\d{4}-/),
            },
          ],
          gpu: { count: null, source: "inferred" },
          latency_ms: expect.any(Number),
          last_seen: expect.stringMatching(/Z$/),
        },
      ]),
      summary: { total: 2, local: 2, remote: 0, models: 2, scanned: 2, duration_ms: expect.any(Number) },
    },
  });
  expect(content[0]?.text).toContain(`| localhost:${servers[0]?.port} |`);
});

test("uses the current picture unless a refresh is asked for", async () => {
  const later = await createTestOllama({ models: [{ name: "phi4" }] });
  onTestFinished(() => later.close());
  await later.goDown();
  const { client, fleet } = await startDiscovery([{}], { ports: [later.port] });
  await client.callTool("discover_instances", {});
  const again = await client.callTool("discover_instances", {});
  expect(again.structuredContent).toMatchObject({ data: { summary: { total: 1, scanned: 0 } } });
  await later.comeBack();
  const fresh = await client.callTool("discover_instances", { refresh: true });
  expect(fresh.structuredContent).toMatchObject({ data: { summary: { total: 2, scanned: 2 } } });
  expect(fleet.having("phi4:latest")).toHaveLength(1);
});

test.skipIf(!hasSecondAddress)("scans the hosts and ports that the call names", async () => {
  const other = await createTestOllama({ host: "127.0.0.2" });
  onTestFinished(() => other.close());
  const { client } = await startDiscovery([]);
  const args = { hosts: ["127.0.0.2/32"], ports: `${other.port}` };
  const { structuredContent } = await client.callTool("discover_instances", args);
  expect(structuredContent).toMatchObject({ data: { instances: [{ host: "127.0.0.2" }] } });
});

test.each([
  [{ hosts: ["8.8.8.8"] }, "hosts[0]"],
  [{ hosts: ["10.0.0.0/16"] }, "hosts[0]"],
  [{ ports: "99999" }, "ports"],
])("refuses %j with what is wrong", async (args, path) => {
  const { client } = await startDiscovery([]);
  const { structuredContent, isError } = await client.callTool("discover_instances", args);
  expect(isError).toBe(true);
  expect(structuredContent).toMatchObject({ error: { code: "VALIDATION_ERROR", details: { path } } });
});

test("says what to do where there is none", async () => {
  const { client } = await startDiscovery([]);
  const { content, isError } = await client.callTool("discover_instances", {});
  expect(isError ?? false).toBe(false);
  expect(content[0]?.text).toContain("ollama serve");
});
