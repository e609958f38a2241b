import { createTestOllama, type TestOllama, type TestOllamaOptions } from "@ollama-bridge/test-kit";
import { afterEach, vi } from "vitest";
import { Fleet } from "../src/registry/fleet.ts";
import type { FleetOptions } from "../src/registry/fleet-options.ts";
import { specOfSettings } from "../src/registry/instance-spec.ts";

/** What is ended after a test, the last first. */
export const cleanUp: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of cleanUp.splice(0).reverse()) await end();
});

/** A scriptable Ollama that ends with the test. */
export async function ollama(options: TestOllamaOptions = {}): Promise<TestOllama> {
  const server = await createTestOllama({ models: [{ name: "llama3.2" }], ...options });
  cleanUp.push(() => server.close());
  return server;
}

const seldom = { reachabilityMs: 1e9, loadedMs: 1e9, modelsMs: 1e9, watchedMs: 1e9, idleMs: 1e9 };

// Where the system does not tell whose servers listen, those of the tests are allowed by name.
const allowNetworks = process.platform === "linux" ? [] : ["127.0.0.0/8"];

/** A fleet of the Ollamas on these ports, which looks at nothing by itself and ends with the test. */
export function fleetOf(
  ports: readonly number[],
  more: Partial<FleetOptions> & { local?: boolean } = {},
): Fleet {
  const { local = ports.length > 0, ...options } = more;
  const fleet = new Fleet({
    configured: [],
    defaultInstance: { name: "default", url: "http://127.0.0.1:1" },
    scan: { local, ports: ports.join(",") || "1", hosts: [], allowNetworks },
    intervals: seldom,
    askGpus: async () => undefined,
    ...options,
  });
  cleanUp.push(() => fleet.close());
  return fleet;
}

export const configured = (servers: Record<string, string>) =>
  Object.entries(servers).map(([name, url]) => specOfSettings({ name, url }));

/** Looks until the check passes, for what goes on after a call was answered. */
export const eventually = (check: () => void) => vi.waitFor(check, { timeout: 60_000 });
