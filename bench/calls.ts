/**
 * The processor time that a server takes for a call of `ollama_generate` on a zero-delay Ollama, and the memory that it
 * keeps after 4,000 of them. The floor is a server on the same SDK that makes one bare call: see floor/.
 */
import type { McpProcess } from "./lib/mcp-process.ts";
import { peerName, servers } from "./lib/servers.ts";
import { printRatio } from "./lib/statistics.ts";
import { startZeroDelayOllama } from "./lib/zero-delay-ollama.ts";

const WARM_UP = 1_000;
const ROUNDS = 5;
const ONE_BY_ONE = 400;
const AT_ONCE = 1_000;
const AT_ONCE_ROUNDS = 3;

const args = { model: "llama3.2", prompt: "What is six times seven?" };
const ollama = await startZeroDelayOllama();

class Measured {
  oneByOneMs = 0;
  atOnceMs = 0;
  /** After the first round of calls at once: 4,000 calls. */
  megabytes = 0;
  readonly server: McpProcess;

  constructor(server: McpProcess) {
    this.server = server;
  }

  call = () => this.server.call("ollama_generate", args);

  async oneByOne(count: number): Promise<void> {
    for (let index = 0; index < count; index++) await this.call();
  }

  /** The processor time that the work takes, in milliseconds per call. */
  async cost(calls: number, work: () => Promise<unknown>): Promise<number> {
    const before = await this.server.cpuMs();
    await work();
    return ((await this.server.cpuMs()) - before) / calls;
  }
}

const all = {
  floor: new Measured(servers.floor(ollama.url)),
  core: new Measured(servers.core(ollama.url)),
  bridge: new Measured(servers.bridge(ollama.url, ["--all"])),
  peer: new Measured(servers.peer(ollama.url)),
};
const each = Object.values(all);

for (const measured of each) {
  await measured.server.initialize();
  await measured.oneByOne(WARM_UP);
}
for (let round = 0; round < ROUNDS; round++)
  for (const measured of each)
    measured.oneByOneMs += (await measured.cost(ONE_BY_ONE, () => measured.oneByOne(ONE_BY_ONE))) / ROUNDS;
for (let round = 0; round < AT_ONCE_ROUNDS; round++)
  for (const measured of each) {
    const calls = () => Promise.all(Array.from({ length: AT_ONCE }, measured.call));
    measured.atOnceMs += (await measured.cost(AT_ONCE, calls)) / AT_ONCE_ROUNDS;
    if (round === 0) measured.megabytes = measured.server.residentMegabytes();
  }

console.log(
  `calls: processor time per ollama_generate beside the floor, ${ROUNDS * ONE_BY_ONE} calls one by one`,
);
const { floor, core, bridge, peer } = all;
for (const [name, measured, aim] of [
  ["core", core, "≤ 1.15"],
  ["bridge --all", bridge, "≤ 1.4"],
  [peerName, peer, ""],
] as const) {
  printRatio(`${name}, one by one`, measured.oneByOneMs, floor.oneByOneMs, "ms", aim);
  printRatio(`${name}, ${AT_ONCE} at once`, measured.atOnceMs, floor.atOnceMs, "ms", aim);
}
console.log(`\nresident memory after ${WARM_UP + ROUNDS * ONE_BY_ONE + AT_ONCE} calls beside ${peerName}`);
for (const [name, measured, aim] of [
  ["core", core, "≤ 0.5"],
  ["bridge --all", bridge, "≤ 0.5"],
  ["floor", floor, ""],
] as const)
  printRatio(name, measured.megabytes, peer.megabytes, "MB", aim);

await Promise.all(each.map(({ server }) => server.stop()));
ollama.stop();
