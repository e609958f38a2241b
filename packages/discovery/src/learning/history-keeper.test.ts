import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { OllamaClient } from "@ollama-bridge/core-client";
import { type KeyValueStore, memoryStore } from "@ollama-bridge/foundation";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { newInstance, pairOf } from "../registry/instance.ts";
import type { InstanceEvent } from "../registry/instance-event.ts";
import { specOfSettings } from "../registry/instance-spec.ts";
import { stepInstance } from "../registry/instance-step.ts";
import { fileStore } from "./file-store.ts";
import { HistoryKeeper } from "./history-keeper.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "history-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** One bridge's view of the same instance, with a history in `store`. */
function bridge(store: KeyValueStore) {
  const clock = { now: () => performance.now(), wall: () => Date.now() };
  const spec = specOfSettings({ name: "gpu", url: "http://gpu.example:11434" });
  let instance = newInstance({ id: "1", spec, name: "gpu", client: new OllamaClient(spec) });
  const apply = (_id: string, event: InstanceEvent) => {
    instance = stepInstance(instance, event);
    return [];
  };
  const warn = vi.fn();
  const keeper = new HistoryKeeper({ store, clock, registry: { get: () => instance, apply }, warn });
  return {
    keeper,
    warn,
    learn(answerTokens: number) {
      const atMs = clock.now();
      const attempt = {
        model: "m:latest",
        outcome: "answered",
        startedMs: atMs,
        answerTokens,
        generateMs: 1_000,
      } as const;
      apply("1", { type: "attempt-observed", atMs, jitter: 0.5, attempt });
      keeper.changed(instance);
    },
    async recall() {
      await keeper.load(instance);
      return pairOf(instance, "m:latest").history.estimate(clock.now()).decodeTps;
    },
    samples: () => pairOf(instance, "m:latest").history.stored(clock.now(), clock.wall()).samples.length,
  };
}

const inFolder = (warn = vi.fn()) =>
  fileStore({
    env: { XDG_DATA_HOME: folder, LOCALAPPDATA: folder },
    name: "fleet-history",
    what: "History of the fleet",
    warn,
  });

it.skipIf(process.platform === "darwin")("remembers over a restart", async () => {
  const before = bridge(inFolder());
  before.learn(30);
  await before.keeper.close();
  const after = bridge(inFolder());
  expect(await after.recall()).toBeCloseTo(30);
  await after.keeper.close();
});

it("keeps what two bridges learn of one instance", async () => {
  const store = memoryStore();
  const [first, second] = [bridge(store), bridge(store)];
  first.learn(30);
  second.learn(50);
  await first.keeper.flush();
  await second.keeper.flush();
  const third = bridge(store);
  await third.recall();
  expect(third.samples()).toBe(2);
});

it.each([
  ["text", "nonsense"],
  ["another shape", { "m:latest": { samples: [{ at: "yesterday" }] } }],
  ["impossible numbers", { "m:latest": { samples: [{ at: 1, decodeS: -4 }] } }],
])("starts afresh, and says so, where the history is %s", async (_what, value) => {
  const { recall, warn, learn, keeper } = bridge({ ...memoryStore(), get: async () => value });
  expect(await recall()).toBeUndefined();
  expect(warn).toHaveBeenCalledOnce();
  learn(30);
  await keeper.flush();
  expect(await recall()).toBeCloseTo(30);
});

it("goes on without a store that fails, and says so once", async () => {
  const fail = () => Promise.reject(new Error("disk full"));
  const { learn, keeper, recall, warn } = bridge({ get: fail, set: fail, delete: fail, keys: fail });
  learn(30);
  await keeper.flush();
  await keeper.flush();
  expect(await recall()).toBeCloseTo(30);
  expect(warn).toHaveBeenCalledOnce();
});

it.skipIf(process.platform === "darwin")("sets a damaged file aside and begins a new one", async () => {
  const first = bridge(inFolder());
  first.learn(30);
  await first.keeper.close();
  const data = join(folder, "ollama-bridge");
  for (const name of readdirSync(data)) writeFileSync(join(data, name), "not a database".repeat(100));
  const warn = vi.fn();
  const second = bridge(inFolder(warn));
  expect(await second.recall()).toBeUndefined();
  expect(warn).toHaveBeenCalledExactlyOnceWith(expect.anything(), expect.stringContaining("set aside"));
  second.learn(40);
  await second.keeper.close();
  const third = bridge(inFolder());
  expect(await third.recall()).toBeCloseTo(40);
  await third.keeper.close();
});
