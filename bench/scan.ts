// How long it takes to find the Ollamas of this machine, and to read the picture of a large fleet.
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { OllamaClient } from "@ollama-bridge/core-client";
import type { Fleet } from "@ollama-bridge/discovery";
import { createTestOllama } from "@ollama-bridge/test-kit";
import { InstanceRegistry } from "../packages/discovery/src/registry/instance-registry.ts";
import { WorkLedger } from "../packages/discovery/src/registry/work-ledger.ts";
import { networks } from "../packages/discovery/src/scan/host-addresses.ts";
import { parsePorts, targetAt } from "../packages/discovery/src/scan/scan-targets.ts";
import { type Found, Scanner } from "../packages/discovery/src/scan/scanner.ts";
import { fleetView } from "../packages/discovery/src/views/instance-view.ts";
import { median } from "./lib/statistics.ts";

const RUNS = 15;
/** With the four that something listens on, as many as are scanned by default; what runs on those does not count here. */
const QUIET_PORTS = "31434-31495";
const createClient = (settings: { name: string; url: string }) => new OllamaClient(settings);

async function milliseconds(work: () => Promise<unknown> | unknown): Promise<number> {
  const startedMs = performance.now();
  await work();
  return performance.now() - startedMs;
}

const print = (what: string, ms: number, aim = "") =>
  console.log(`${what.padEnd(58)} ${ms.toFixed(ms < 1 ? 3 : 1).padStart(8)} ms  ${aim}`);

async function scanThisHost(): Promise<void> {
  const script = { models: [{ name: "phi4" }] };
  const servers = await Promise.all([1, 2, 3].map(() => createTestOllama(script)));
  const foreign = createServer((_request, response) => response.end("<html>")).listen(0, "127.0.0.1");
  await once(foreign, "listening");
  const open = [...servers.map(({ port }) => port), (foreign.address() as AddressInfo).port];
  const targets = [...parsePorts(QUIET_PORTS), ...open].map((port) => targetAt("127.0.0.1", port));
  const scan = async () => {
    const { found } = await new Scanner(() => performance.now(), createClient).scan(targets);
    if (found.length !== servers.length) throw new Error(`${found.length} found`);
    await Promise.all(found.map(({ client }) => client.close()));
  };
  print(
    "66 ports, the first scan of a process (loads the HTTP client)",
    await milliseconds(scan),
    "under 150",
  );
  const times = [];
  for (let run = 0; run < RUNS; run++) times.push(await milliseconds(scan));
  print(`66 ports, 3 Ollamas and a web server (median of ${RUNS})`, median(times), "under 150");
  foreign.close();
  await Promise.all(servers.map((server) => server.close()));
}

async function readFleet(instances: number, models: number): Promise<void> {
  const registry = new InstanceRegistry({
    now: () => performance.now(),
    createClient,
    ledger: new WorkLedger(),
    applied: () => undefined,
    allowed: networks(["10.0.0.0/8"]),
    tell: () => undefined,
  });
  const list = Array.from({ length: models }, (_, index) => ({
    name: `model-${index}:latest`,
    modified_at: "2026-01-01T00:00:00Z",
    size: 4e9,
    digest: `${index}`,
    details: {},
  }));
  const found: Found[] = Array.from({ length: instances }, (_, index) => {
    const target = targetAt(`10.0.${index >> 8}.${index & 255}`, 11434);
    return {
      target,
      version: "0.33.0",
      models: { models: list, warnings: [] },
      client: createClient({ name: target.url, url: target.url }),
    };
  });
  print(`taking in ${instances} instances × ${models} models`, await milliseconds(() => registry.add(found)));
  const [first] = registry.visible;
  if (first !== undefined)
    registry.apply(first.id, { type: "listed-models", list: { models: list, warnings: [] } });
  print(
    "  finding a model's instances, after a change of models",
    await milliseconds(() => registry.having("model-7:latest")),
  );
  print("  finding a model's instances, else", await milliseconds(() => registry.having("model-7:latest")));
  const statusOf = () => ({ status: "healthy" });
  const fleet = { instances: registry.visible, statusOf } as unknown as Fleet;
  print("  the whole picture as JSON", await milliseconds(() => JSON.stringify(fleetView(fleet))));
  await registry.close();
}

console.log("scan: finding Ollamas and reading the fleet");
await scanThisHost();
await readFleet(50, 40);
await readFleet(1_000, 100);
