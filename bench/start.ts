// From spawn to the list of tools, beside the floor (see floor/) and a peer; and the memory that an idle server takes.
import type { McpProcess } from "./lib/mcp-process.ts";
import { peerName, servers } from "./lib/servers.ts";
import { median, printRatio } from "./lib/statistics.ts";

const RUNS = 15;
const NOWHERE = "http://127.0.0.1:9";

interface Start {
  ms: number;
  cpuMs: number;
  megabytes: number;
}

async function start(begin: () => McpProcess): Promise<Start> {
  const startedAt = performance.now();
  const server = begin();
  await server.initialize();
  await server.request("tools/list");
  const ms = performance.now() - startedAt;
  const cpuMs = await server.cpuMs();
  const megabytes = server.residentMegabytes();
  await server.stop();
  return { ms, cpuMs, megabytes };
}

const names = ["bridge", "core", "floor", "peer"] as const;
const runs: Record<(typeof names)[number], Start[]> = { bridge: [], core: [], floor: [], peer: [] };
// The first run of each warms the disk and the compile cache, and does not count.
for (let run = 0; run <= RUNS; run++)
  for (const name of names) {
    const measured = await start(() => servers[name](NOWHERE));
    if (run > 0) runs[name].push(measured);
  }

const of = (name: keyof typeof runs, field: keyof Start) => median(runs[name].map((run) => run[field]));
const mean = (name: keyof typeof runs) => runs[name].reduce((sum, { cpuMs }) => sum + cpuMs, 0) / RUNS;

console.log(`start: from spawn to tools/list, medians of ${RUNS}; processor time, means`);
for (const name of ["bridge", "core"] as const) {
  printRatio(`${name} beside the floor`, of(name, "ms"), of("floor", "ms"), "ms", "≤ 1.0");
  printRatio(`${name} beside ${peerName}`, of(name, "ms"), of("peer", "ms"), "ms", "≤ 0.7");
  printRatio(`${name} beside the floor, processor time`, mean(name), mean("floor"), "ms");
  printRatio(`${name} beside ${peerName}, processor time`, mean(name), mean("peer"), "ms");
  printRatio(
    `${name} beside ${peerName}, idle memory`,
    of(name, "megabytes"),
    of("peer", "megabytes"),
    "MB",
    "≤ 1.0",
  );
}
