// How long `npx -y` takes from an empty npm cache to the list of tools, out of a registry on this machine.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { type Registry, startRegistry } from "../scripts/published/registry.mjs";
import { copyWorkingTree, publishAll } from "../scripts/published/working-copy.mjs";
import { peerName } from "./lib/servers.ts";
import { median, printRatio } from "./lib/statistics.ts";

const RUNS = 5;
const BRIDGE = "ollama-bridge-mcp";
const singleServers = ["core-client", "discovery", "messages", "memory", "consult", "router"].map(
  (name) => `@ollama-bridge/${name}`,
);

async function measure(registry: Registry, packageName: string, cwd: string, run: number): Promise<number> {
  const env = registry.environment(`cold-${packageName.replaceAll("/", "-")}-${run}`);
  const startedAt = performance.now();
  const client = new Client({ name: "bench", version: "1.0.0" });
  const transport = new StdioClientTransport({
    command: "npx",
    args: ["-y", packageName],
    cwd,
    env,
    stderr: "ignore",
  });
  await client.connect(transport);
  await client.listTools();
  const seconds = (performance.now() - startedAt) / 1000;
  await client.close();
  return seconds;
}

const root = mkdtempSync(join(tmpdir(), "ollama-bridge-cold-"));
const registry = await startRegistry(join(root, "registry"));
try {
  await copyWorkingTree(join(root, "copy"));
  await publishAll(join(root, "copy"), registry.environment(), join(root, "packed"));
  const packages = [BRIDGE, peerName.replace(" ", "@"), ...singleServers];
  const samples = new Map<string, number[]>(packages.map((name) => [name, []]));
  // The first run of each brings what it needs into the registry, and does not count.
  for (let run = 0; run <= RUNS; run++)
    for (const [name, seconds] of samples) {
      const taken = await measure(registry, name, root, run);
      if (run > 0) seconds.push(taken);
    }
  const [bridge = Number.NaN, peer = Number.NaN, ...single] = [...samples.values()].map(median);
  console.log(`empty cache to tools/list: the bridge beside ${peerName}, medians of ${RUNS}`);
  printRatio(BRIDGE, bridge, peer, "s");
  console.log("each single server beside the bridge");
  for (const [index, name] of singleServers.entries())
    printRatio(name, single[index] ?? Number.NaN, bridge, "s", "1.5");
} finally {
  await registry.close();
  rmSync(root, { recursive: true, force: true });
}
