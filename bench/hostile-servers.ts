// What a hostile member of the fleet costs the bridge: its largest memory, and its longest silence to another caller.
import { fork } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createTestOllama, endlessAnswers, type Fault, oddLists } from "@ollama-bridge/test-kit";
import { servers } from "./lib/servers.ts";

const MAX_MEGABYTES = 400;
const MAX_SILENCE_MS = 2_000;
const EVERY_MS = 50;

const lists = oddLists();
const endless = endlessAnswers();
const generate = "/api/generate";
const ask = { prompt: "hi", model: "odd:1b", timeoutMs: 8_000 };
const tools: Record<string, [tool: string, args: object][]> = {
  list: [
    ["list_models", {}],
    ["discover_instances", {}],
    ["route_request", { prompt: "hi", explain: true, max_time: 8 }],
    ["assess_capability", { task_description: "say hi" }],
    ["ask_model", { ...ask, model: "no-such-model" }],
    ["ollama_list_models", {}],
  ],
  answer: [["ask_model", ask]],
  message: [["process_with_ollama", { model: "odd:1b", input_text: "hi", timeoutMs: 8_000 }]],
  embedding: [
    ["ollama_embed", { model: "odd:1b", input: ["a"] }],
    ["ollama_embed", { model: "odd:1b", input: Array(1024).fill("a") }],
  ],
  pull: [["ollama_pull", { model: "new:1b", instance: "odd" }]],
};

const attacks: [what: string, faults: Fault[], calls: [tool: string, args: object][]][] = [
  ...[
    "50,000 models",
    "4,000,000 nested lists",
    "2,000,000 empty entries",
    "a name of 1 MB",
    "5,000 names of 590 characters",
  ].map((what): (typeof attacks)[number] => [
    what,
    ["/api/tags", "/api/ps"].map((path) => ({ kind: "body", path, body: lists[what] ?? "" })),
    tools.list ?? [],
  ]),
  ["an endless list", [{ ...endless.list, path: "/api/tags" }], tools.list ?? []],
  ["endless descriptions", [{ ...endless.line, path: "/api/show" }], tools.list ?? []],
  ...(
    [
      "line",
      "huge line",
      "empty lines",
      "line breaks",
      "words",
      "thoughts",
      "white space",
      "control characters",
      "tool calls",
    ] as const
  ).flatMap((name): typeof attacks => [
    [`endless ${name}`, [{ ...endless[name], path: generate }], tools.answer ?? []],
    [`endless ${name}, as a message`, [{ ...endless[name], path: generate }], tools.message ?? []],
  ]),
  ["an endless error", [{ ...endless["error body"], path: generate }], tools.answer ?? []],
  ["an endless embedding", [{ ...endless.embedding, path: "/api/embed" }], tools.embedding ?? []],
  ["endless layers", [{ ...endless.layers, bytes: 20_000_000, path: "/api/pull" }], tools.pull ?? []],
];

if (process.argv[2] === "serve") {
  const ollama = await createTestOllama({
    models: [{ name: "odd:1b", capabilities: ["completion", "embedding"] }],
    olderTags: true,
  });
  process.on("message", (faults: Fault[]) => {
    ollama.clearFaults();
    for (const fault of faults) ollama.inject(fault);
    process.send?.("ready");
  });
  process.send?.(ollama.url);
} else {
  const healthy = await createTestOllama({ models: [{ name: "good:1b" }] });
  const odd = fork(process.argv[1] ?? "", ["serve"], { execArgv: process.execArgv });
  const told = () => new Promise<unknown>((resolve) => odd.once("message", resolve));
  const oddUrl = String(await told());
  let failed = false;
  const wanted = process.argv[2] ?? "";
  for (const [what, faults, calls] of attacks.filter(([name]) => name.includes(wanted))) {
    odd.send(faults);
    await told();
    const home = await mkdtemp(join(tmpdir(), "hostile-"));
    const env = { HOME: home, XDG_DATA_HOME: home, XDG_CONFIG_HOME: home, OLLAMA_INSTANCES: `odd=${oddUrl}` };
    const bridge = servers.bridge(healthy.url, ["--all"], env);
    await bridge.initialize();
    let silenceMs = 0;
    let over = false;
    const watch = (async () => {
      while (!over) {
        const askedMs = performance.now();
        await bridge.request("ping");
        silenceMs = Math.max(silenceMs, performance.now() - askedMs);
        await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
      }
    })();
    const outcomes: string[] = [];
    const startedMs = performance.now();
    for (const [name, args] of calls) outcomes.push(await bridge.outcome(name, args));
    const tookMs = performance.now() - startedMs;
    await bridge.call("ask_model", { model: "good:1b", prompt: "hi" });
    over = true;
    await watch;
    const megabytes = bridge.peakMegabytes();
    await bridge.stop();
    await rm(home, { recursive: true });
    const bad =
      megabytes > MAX_MEGABYTES || silenceMs > MAX_SILENCE_MS || outcomes.includes("INTERNAL_ERROR");
    failed ||= bad;
    console.log(
      `${bad ? "✗" : " "} ${what.padEnd(36)} peak ${megabytes.toFixed(0).padStart(4)} MB   silent ${silenceMs.toFixed(0).padStart(5)} ms   took ${(tookMs / 1000).toFixed(1).padStart(5)} s   ${outcomes.join(", ")}`,
    );
  }
  odd.kill();
  await healthy.close();
  console.log(`aim: under ${MAX_MEGABYTES} MB, silent under ${MAX_SILENCE_MS} ms, no INTERNAL_ERROR`);
  process.exitCode = failed ? 1 : 0;
}
