// What it adds to a call that the instance it was sent to fails, beside a call that nothing fails.
import { type InstanceSpec, memoryStore, specOfSettings } from "@ollama-bridge/discovery";
import { createFleet } from "@ollama-bridge/discovery/toolset";
import { settingsFromEnvironment } from "@ollama-bridge/server-kit";
import { createTestOllama, type Fault, type TestOllama } from "@ollama-bridge/test-kit";
import { routingSection } from "../packages/router/src/config.ts";
import { Router } from "../packages/router/src/router.ts";
import { routerSettings } from "../packages/router/src/router-settings.ts";
import { levelLatencies } from "../packages/router/test/level-latencies.ts";
import { median, quantile } from "./lib/statistics.ts";

const ROUNDS = 40;
const request = { model: "llama", prompt: "What is the answer?" };
const models = [{ name: "llama", answer: "The answer is 42." }];
const settings = settingsFromEnvironment({});

const servers = await Promise.all([createTestOllama({ models }), createTestOllama({ models })]);
const [first] = servers;
/** Costs are alike, so the priority decides who is asked first. */
const configured: InstanceSpec[] = servers.map(({ url }, index) => ({
  ...specOfSettings({ name: "ab"[index] ?? "", url }),
  priority: 1 - index,
}));

/** Breaks the server that is asked first; what it returns mends it. */
type Break = (server: TestOllama) => Promise<() => unknown>;

/** One call on a fleet that has just been looked at, so that no breaker is open yet, in ms. */
async function milliseconds(breakIt?: Break): Promise<number> {
  const fleet = createFleet(settings, {
    configured,
    scan: { local: false, ports: "1", hosts: [], allowNetworks: [] },
    store: memoryStore(),
    askGpus: async () => undefined,
  });
  const router = new Router({ fleet, settings: routerSettings(routingSection.schema.parse({}), 5) });
  await fleet.current();
  levelLatencies(fleet);
  const mend = await breakIt?.(first);
  const startedMs = performance.now();
  const { instance } = await router.run(request, { timeoutMs: 60_000 });
  const tookMs = performance.now() - startedMs;
  if (instance !== (breakIt === undefined ? "a" : "b")) throw new Error(`${instance} answered`);
  await mend?.();
  await router.close();
  await fleet.close();
  return tookMs;
}

const faults: Record<string, Break> = {
  "nothing listens any more": async (server) => {
    await server.goDown();
    return () => server.comeBack();
  },
};
const injected: Record<string, Fault> = {
  "the connection is reset": { kind: "reset" },
  "503, the queue is full": { kind: "queue-full" },
  "500, out of memory": { kind: "out-of-memory" },
  "404, though it is listed": { kind: "ghost" },
  "the stream ends early": { kind: "cut-after-tokens", tokens: 1 },
  "an error line in the stream": { kind: "error-after-tokens", tokens: 1 },
};
for (const [what, fault] of Object.entries(injected))
  faults[what] = async (server) => server.inject(fault).clear;

async function measure(breakIt?: Break): Promise<number[]> {
  const times: number[] = [];
  for (let round = 0; round < ROUNDS; round++) times.push(await milliseconds(breakIt));
  return times;
}

await measure(); // warms up
const healthyMs = median(await measure());
console.log(`a call that nothing fails: ${healthyMs.toFixed(2)} ms; what is added to it when`);
for (const [what, breakIt] of Object.entries(faults)) {
  const times = (await measure(breakIt)).map((ms) => ms - healthyMs);
  const [p50, p95] = [median(times), quantile(times, 0.95)].map((ms) => `${ms.toFixed(2)} ms`.padStart(10));
  console.log(`  ${what.padEnd(32)} p50 ${p50}   p95 ${p95}`);
}
await Promise.all(servers.map((server) => server.close()));
