// What a server adds to a call of a zero-delay Ollama, how many it serves at once, and what it keeps of them.
import { request } from "node:http";
import type { McpProcess } from "./lib/mcp-process.ts";
import { peerName, servers } from "./lib/servers.ts";
import { printRatio, quantile } from "./lib/statistics.ts";
import { startZeroDelayOllama } from "./lib/zero-delay-ollama.ts";

const CALLS = 1_000;
const AT_ONCE = 1_000;
const ROUNDS = 5;

const args = { model: "llama3.2", prompt: "What is six times seven?" };
const ollama = await startZeroDelayOllama();
const ours = servers.bridge(ollama.url, ["--all"]);
const peers = servers.peer(ollama.url);
await Promise.all([ours.initialize(), peers.initialize()]);

async function timeEach(count: number, call: () => Promise<unknown>): Promise<number[]> {
  const times: number[] = [];
  for (let index = 0; index < count; index++) {
    const startedAt = performance.now();
    await call();
    times.push(performance.now() - startedAt);
  }
  return times;
}

function directCall(): Promise<void> {
  return new Promise((resolve, reject) => {
    const sent = request(`${ollama.url}/api/generate`, { method: "POST" }, (response) => {
      response.resume().on("end", resolve);
    });
    sent.on("error", reject);
    sent.end(JSON.stringify({ ...args, stream: true }));
  });
}

async function callsPerSecond(server: McpProcess): Promise<number> {
  const startedAt = performance.now();
  await Promise.all(Array.from({ length: AT_ONCE }, () => server.call("ollama_generate", args)));
  return (AT_ONCE / (performance.now() - startedAt)) * 1000;
}

const call = (server: McpProcess) => () => server.call("ollama_generate", args);
await timeEach(100, call(ours));
await timeEach(100, call(peers));
await timeEach(100, directCall);
const [oursMs, peersMs, directMs]: [number[], number[], number[]] = [[], [], []];
for (let round = 0; round < ROUNDS; round++) {
  oursMs.push(...(await timeEach(CALLS / ROUNDS, call(ours))));
  peersMs.push(...(await timeEach(CALLS / ROUNDS, call(peers))));
  directMs.push(...(await timeEach(CALLS / ROUNDS, directCall)));
}
const throughput = { ours: 0, peers: 0 };
for (let round = 0; round < 3; round++) {
  throughput.ours = Math.max(throughput.ours, await callsPerSecond(ours));
  throughput.peers = Math.max(throughput.peers, await callsPerSecond(peers));
}

console.log(`calls: ollama_generate of the bridge with --all beside ${peerName}, ${CALLS} calls one by one`);
console.log(
  `a direct call takes ${quantile(directMs, 0.5).toFixed(2)} ms at p50, ${quantile(directMs, 0.99).toFixed(2)} at p99`,
);
for (const share of [0.5, 0.95, 0.99]) {
  const direct = quantile(directMs, share);
  const name = `added at p${share * 100}`;
  printRatio(
    name,
    quantile(oursMs, share) - direct,
    quantile(peersMs, share) - direct,
    "ms",
    share === 0.95 ? "" : "≤ 0.5",
  );
}
printRatio(`calls a second, ${AT_ONCE} at once`, throughput.ours, throughput.peers, "/s", "≥ 2");
printRatio(
  "resident memory after these calls",
  ours.residentMegabytes(),
  peers.residentMegabytes(),
  "MB",
  "≤ 0.5",
);

await Promise.all([ours.stop(), peers.stop()]);
ollama.stop();
