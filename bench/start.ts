// How long from spawn to the list of tools, and how much memory an idle server takes.
import type { McpProcess } from "./lib/mcp-process.ts";
import { peerName, servers } from "./lib/servers.ts";
import { median, printRatio } from "./lib/statistics.ts";

const RUNS = 15;
const NOWHERE = "http://127.0.0.1:9";

async function measure(start: () => McpProcess): Promise<{ ms: number; megabytes: number }> {
  const startedAt = performance.now();
  const server = start();
  await server.initialize();
  await server.request("tools/list");
  const ms = performance.now() - startedAt;
  const megabytes = server.residentMegabytes();
  await server.stop();
  return { ms, megabytes };
}

// The first run of each warms the disk and the compile cache, and does not count.
await measure(() => servers.bridge(NOWHERE));
await measure(() => servers.peer(NOWHERE));
const ours = [];
const peers = [];
for (let run = 0; run < RUNS; run++) {
  ours.push(await measure(() => servers.bridge(NOWHERE)));
  peers.push(await measure(() => servers.peer(NOWHERE)));
}

console.log(`start: the bridge as it comes beside ${peerName}, medians of ${RUNS}`);
printRatio(
  "spawn to tools/list",
  median(ours.map(({ ms }) => ms)),
  median(peers.map(({ ms }) => ms)),
  "ms",
  "≤ 0.5",
);
printRatio(
  "resident memory, idle",
  median(ours.map((run) => run.megabytes)),
  median(peers.map((run) => run.megabytes)),
  "MB",
  "≤ 1.0",
);
