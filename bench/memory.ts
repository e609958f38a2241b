import { once } from "node:events";
import { createWriteStream, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createMemoryToolset, type Memory } from "@ollama-bridge/memory/toolset";
import { settingsFromEnvironment } from "@ollama-bridge/server-kit";
import { McpProcess } from "./lib/mcp-process.ts";
import { printRatio, quantile } from "./lib/statistics.ts";

/**
 * Memory at 100,000 entries: put, recall, two-word search and start; then the same calls over MCP beside the official
 * memory server with the same entries. The aims: put p50 under 0.5 ms, recall p50 under 0.1 ms, search p50 under 2 ms
 * and p95 under 8 ms, start under 100 ms.
 */

const ENTRIES = Number(process.env.BENCH_ENTRIES ?? 100_000);
const VOCABULARY = 20_000;
const WORDS = 60;

let seed = 42;
const random = () => {
  seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
  return seed / 2 ** 32;
};
/** Words as in a language: few are frequent, most are rare (Zipf). */
const word = () => `w${Math.floor(VOCABULARY ** random())}`;
const textOf = () => Array.from({ length: WORDS }, word).join(" ");
/** Words that say something, as people search for them. */
const rareWord = () => `w${100 + Math.floor((VOCABULARY - 100) * random() ** 2)}`;

interface Timing {
  p50: number;
  p95: number;
}

async function measure(count: number, work: (index: number) => Promise<unknown>): Promise<Timing> {
  const times: number[] = [];
  for (let index = 0; index < count; index++) {
    const startedAt = performance.now();
    await work(index);
    times.push(performance.now() - startedAt);
  }
  return { p50: quantile(times, 0.5), p95: quantile(times, 0.95) };
}

const show = (what: string, { p50, p95 }: Timing, aim = "") =>
  console.log(`${what.padEnd(34)} p50 ${p50.toFixed(3)} ms  p95 ${p95.toFixed(3)} ms  ${aim}`);

const folder = mkdtempSync(join(tmpdir(), "bench-memory-"));
const dir = join(folder, "own");
const graphFile = join(folder, "graph.jsonl");
const env = { MEMORY_DIR: dir, HOME: folder, LOG_LEVEL: "warn" };
const open = () => createMemoryToolset(settingsFromEnvironment(env), { embed: async () => [] });

async function inProcess(): Promise<void> {
  const toolset = open();
  const { memory } = toolset.dependencies;
  const graph = createWriteStream(graphFile);
  const puts: number[] = [];
  for (let index = 0; index < ENTRIES; index++) {
    const value = textOf();
    const line = { type: "entity", name: `key ${index}`, entityType: "memory", observations: [value] };
    if (!graph.write(`${JSON.stringify(line)}\n`)) await once(graph, "drain");
    const startedAt = performance.now();
    await memory.remember(
      `key ${index}`,
      { value, metadata: {}, tags: [`tag${index % 100}`] },
      { namespace: "bench" },
    );
    puts.push(performance.now() - startedAt);
  }
  await once(graph.end(), "finish");
  show(`put of ${ENTRIES}`, { p50: quantile(puts, 0.5), p95: quantile(puts, 0.95) }, "aim 0.5");
  const entry = () => ({ value: textOf(), metadata: {}, tags: ["tag1"] });
  const anyKey = () => `key ${Math.floor(random() * ENTRIES)}`;
  show("rewrite", await measure(5_000, () => memory.remember(anyKey(), entry(), { namespace: "bench" })));
  await toolset.close();

  const again = open();
  const startedAt = performance.now();
  await again.dependencies.memory.recall("key 1", { namespace: "bench" });
  console.log(`${"open and first recall".padEnd(34)} ${(performance.now() - startedAt).toFixed(1)} ms`);
  show(
    "recall",
    await measure(20_000, () => again.dependencies.memory.recall(anyKey(), { namespace: "bench" })),
    "aim 0.1",
  );
  await searches(again.dependencies.memory);
  await again.close();
}

async function searches(memory: Memory): Promise<void> {
  const find = (query: () => string, more = {}) =>
    measure(1_000, () => memory.search({ query: query(), mode: "text", ...more }, { namespace: "bench" }));
  show("two-word search", await find(() => `${rareWord()} ${rareWord()}`), "aim 2, 8");
  show("two words as frequent as in texts", await find(() => `${word()} ${word()}`));
  show("two-word search with a tag", await find(() => `${rareWord()} ${rareWord()}`, { tags: ["tag7"] }));
  show("newest first", await find(() => ""));
}

/** A server that has listed its tools, and how long that took. */
async function start(
  args: string[],
  env: Record<string, string>,
): Promise<{ server: McpProcess; ms: number }> {
  const startedAt = performance.now();
  const server = new McpProcess(args, env);
  await server.initialize();
  await server.request("tools/list");
  return { server, ms: performance.now() - startedAt };
}

async function overMcp(): Promise<void> {
  const bin = fileURLToPath(new URL("../packages/memory/dist/bin.js", import.meta.url));
  const official = fileURLToPath(
    new URL(
      "../packages/memory/node_modules/@modelcontextprotocol/server-memory/dist/index.js",
      import.meta.url,
    ),
  );
  // The first start writes the compile cache; the second is like every later one.
  await (await start([bin], env)).server.stop();
  const { server: ours, ms: oursMs } = await start([bin], env);
  const { server: theirs, ms: theirsMs } = await start([official], { MEMORY_FILE_PATH: graphFile });
  console.log("over MCP: ours, server-memory");
  printRatio("spawn to tools/list", oursMs, theirsMs, "ms", "start under 100 ms");
  const compare = async (what: string, own: () => Promise<unknown>, other: () => Promise<unknown>) =>
    printRatio(what, (await measure(200, own)).p50, (await measure(5, other)).p50, "ms");
  let next = 0;
  const value = textOf();
  await compare(
    "put",
    () => ours.call("remember_consult", { key: `new ${next++}`, value, namespace: "bench" }),
    () =>
      theirs.call("create_entities", {
        entities: [{ name: `new ${next++}`, entityType: "memory", observations: [value] }],
      }),
  );
  await compare(
    "recall",
    () => ours.call("recall", { key: "key 7", namespace: "bench" }),
    () => theirs.call("open_nodes", { names: ["key 7"] }),
  );
  await compare(
    "search for one rare word",
    () => ours.call("search_memories", { query: rareWord(), namespace: "bench" }),
    () => theirs.call("search_nodes", { query: `${rareWord()} ` }),
  );
  await Promise.all([ours.stop(), theirs.stop()]);
}

try {
  await inProcess();
  await overMcp();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
