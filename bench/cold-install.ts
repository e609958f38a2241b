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

async function measure(registry: Registry, packageName: string, cwd: string, run: number): Promise<number> {
  const env = registry.environment(`cold-${packageName}-${run}`);
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
  const ours: number[] = [];
  const peers: number[] = [];
  // The first run of each brings what it needs into the registry, and does not count.
  for (let run = 0; run <= RUNS; run++) {
    ours.push(await measure(registry, "ollama-bridge-mcp", root, run));
    peers.push(await measure(registry, peerName.replace(" ", "@"), root, run));
  }
  console.log(`cold install: the bridge beside ${peerName}, medians of ${RUNS}`);
  printRatio("empty cache to tools/list", median(ours.slice(1)), median(peers.slice(1)), "s");
} finally {
  await registry.close();
  rmSync(root, { recursive: true, force: true });
}
