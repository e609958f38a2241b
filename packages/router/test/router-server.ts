import { type Fleet, type InstanceSpec, memoryStore, specOfSettings } from "@ollama-bridge/discovery";
import { createDiscoveryToolset, createFleet } from "@ollama-bridge/discovery/toolset";
import { loadPatternEngine, type Settings, settingsFromEnvironment } from "@ollama-bridge/server-kit";
import { createTestOllama, type TestOllama, type TestOllamaOptions } from "@ollama-bridge/test-kit";
import { type ContractClient, connectToolsets, type ToolResult } from "@ollama-bridge/test-kit/contract";
import { onTestFinished } from "vitest";
import { routingSection } from "../src/config.ts";
import type { Router } from "../src/router.ts";
import { createRouterToolset } from "../src/router-toolset.ts";

export interface TestRouter {
  /** In the order of the scripts, as the instances `a`, `b`, `c`. */
  servers: TestOllama[];
  client: ContractClient;
  fleet: Fleet;
  router: Router;
}

export interface TestRouterOptions {
  /** What the config file has under `routing`. */
  routing?: object;
  env?: Record<string, string>;
  /** Of the instances a, b, c. */
  instances?: Record<string, Partial<InstanceSpec>>;
  /** Addresses where nothing answers. */
  dead?: string[];
  /** Servers of another router, to share them. */
  shared?: TestOllama[];
  /** Ports of this machine that are scanned. */
  ports?: string;
}

/** Settings whose `routing` section is given, as a config file would. */
function settingsWith(routing: object = {}, env: Record<string, string> = {}): Settings {
  const settings = settingsFromEnvironment(env);
  return {
    ...settings,
    read: ((section: Parameters<Settings["read"]>[0]) =>
      section.name === routingSection.name
        ? routingSection.schema.parse(routing)
        : settings.read(section)) as Settings["read"],
  };
}

// Where the system does not tell whose servers listen, those of the tests are allowed by name.
const allowNetworks = process.platform === "linux" ? [] : ["127.0.0.0/8"];

/** The router's server on scriptable Ollamas, with the real fleet and a client; all of it ends with the test. */
export async function startRouter(
  scripts: TestOllamaOptions[],
  { routing = {}, env = {}, instances = {}, dead = [], shared = [], ports }: TestRouterOptions = {},
): Promise<TestRouter> {
  await loadPatternEngine(); // what reading a file with a `routing` section does
  const servers = await Promise.all(scripts.map((script) => createTestOllama(script)));
  const named = [...servers, ...shared].map(({ url }, index) => ({ name: "abcdef"[index] ?? "z", url }));
  const absent = dead.map((url, index) => ({ name: `dead-${index + 1}`, url }));
  const settings = settingsWith(routing, { ...env });
  const fleet = createFleet(settings, {
    configured: [...named, ...absent].map((each) => ({ ...specOfSettings(each), ...instances[each.name] })),
    scan: { local: ports !== undefined, ports: ports ?? "1", hosts: [], allowNetworks },
    store: memoryStore(),
    askGpus: async () => undefined,
  });
  const toolset = createRouterToolset(settings, { fleet, sessions: memoryStore() });
  const { tools, dependencies } = createDiscoveryToolset(settings, { fleet });
  const lists = { name: "discovery", tools, dependencies, close: async () => undefined };
  const client = await connectToolsets(toolset, lists);
  onTestFinished(async () => {
    await client.close();
    await toolset.close();
    await fleet.close();
    await Promise.all(servers.map((server) => server.close()));
  });
  return { servers, client, fleet, router: toolset.dependencies.router };
}

interface Details {
  attempts: { instance: string; model: string; outcome: string; error?: { code: string } }[];
  considered: { instance: string; model: string; cost_s?: number; why_not?: string }[];
}

/** What a tool result tells those who look closer. */
export function detailsOf(result: ToolResult): Details {
  return result._meta?.["ollama-bridge/details"] as Details;
}

/** Attempts under way, over the whole fleet. */
export function inFlight(fleet: Fleet): number {
  return fleet.instances.reduce((sum, instance) => sum + fleet.workAt(instance).length, 0);
}

/** Resolves once so many attempts are under way. */
export async function inFlightBecomes(fleet: Fleet, count: number): Promise<void> {
  while (inFlight(fleet) !== count) await new Promise((resolve) => setImmediate(resolve));
}
