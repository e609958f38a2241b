import { memoryStore } from "@ollama-bridge/foundation";
import { settingsFromEnvironment } from "@ollama-bridge/server-kit";
import { createTestOllama, type TestOllama, type TestOllamaOptions } from "@ollama-bridge/test-kit";
import { type ContractClient, connectToolsets } from "@ollama-bridge/test-kit/contract";
import { onTestFinished } from "vitest";
import type { DiscoveryDependencies } from "../src/discovery-dependencies.ts";
import { createDiscoveryToolset } from "../src/discovery-toolset.ts";

import { createFleet } from "../src/registry/create-fleet.ts";
import type { Fleet } from "../src/registry/fleet.ts";

// Where the system does not tell whose servers listen, those of the tests are allowed by name.
const allowNetworks = process.platform === "linux" ? [] : ["127.0.0.0/8"];

/** The discovery server on scriptable Ollamas that stand on the ports to scan; all of it ends with the test. */
export async function startDiscovery(
  scripts: TestOllamaOptions[],
  { ports = [], ...more }: Partial<DiscoveryDependencies> & { ports?: number[] } = {},
): Promise<{ servers: TestOllama[]; client: ContractClient; fleet: Fleet }> {
  const servers = await Promise.all(scripts.map((script) => createTestOllama(script)));
  const scanned = [...servers.map(({ port }) => port), ...ports];
  const fleet = createFleet(settingsFromEnvironment({}), {
    scan: { local: true, ports: scanned.join(",") || "1", hosts: [], allowNetworks },
    store: memoryStore(),
    askGpus: async () => undefined,
    intervals: { reachabilityMs: 100, loadedMs: 100, modelsMs: 100, watchedMs: 100, idleMs: 60_000 },
  });
  const toolset = createDiscoveryToolset(settingsFromEnvironment({}), { ...more, fleet });
  const client = await connectToolsets(toolset);
  onTestFinished(async () => {
    await client.close();
    await toolset.close();
    await fleet.close();
    await Promise.all(servers.map((server) => server.close()));
  });
  return { servers, client, fleet };
}
