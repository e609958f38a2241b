import { OllamaClient } from "@ollama-bridge/core-client";
import { afterEach, expect, it, vi } from "vitest";
import { newInstance } from "../registry/instance.ts";
import { specOfSettings } from "../registry/instance-spec.ts";
import { stepInstance } from "../registry/instance-step.ts";
import { WorkLedger } from "../registry/work-ledger.ts";
import { type Due, Poller, pollIntervals } from "./poller.ts";

/** A poller over one instance on a virtual clock; `run` advances it second by second. */
function setUp(random = () => 0.5) {
  const time = { nowMs: 0 };
  const spec = specOfSettings({ name: "gpu", url: "http://gpu.example:11434" });
  const unseen = newInstance({ id: "1", spec, name: "gpu", client: new OllamaClient(spec) });
  let instance = stepInstance(unseen, { type: "probed", atMs: 0 });
  const ledger = new WorkLedger();
  const polled: (keyof Due)[] = [];
  const scans: boolean[] = [];
  const stopped = vi.fn();
  const poller = new Poller({
    intervals: pollIntervals,
    now: () => time.nowMs,
    random,
    instances: () => [instance],
    inFlight: ({ id }) => ledger.count(id),
    poll: async (_instance, due) => {
      polled.push(...(Object.keys(due) as (keyof Due)[]).filter((kind) => due[kind]));
    },
    scan: async (watched) => void scans.push(watched),
    stopped,
  });
  const run = async (seconds: number) => {
    for (let second = 0; second < seconds; second++) {
      time.nowMs += 1_000;
      poller.tick();
      await Promise.resolve();
      await Promise.resolve();
    }
    const count = (kind: keyof Due) => polled.filter((each) => each === kind).length;
    const counts = {
      reachability: count("reachability"),
      loaded: count("loaded"),
      models: count("models"),
      scans: scans.length,
    };
    polled.length = 0;
    scans.length = 0;
    return counts;
  };
  const reserve = () => {
    const startedMs = time.nowMs;
    instance = stepInstance(instance, { type: "attempt-started", atMs: startedMs, model: "m" });
    return ledger.take({ instance: "1", model: "m", startedMs, expectedMs: 1_000 }, () => undefined);
  };
  return { poller, run, stopped, reserve };
}

const pollers: Poller[] = [];
afterEach(() => {
  for (const poller of pollers.splice(0)) poller.stop();
});

function started(...args: Parameters<typeof setUp>) {
  const parts = setUp(...args);
  pollers.push(parts.poller);
  parts.poller.touch();
  parts.poller.tick();
  return parts;
}

it("looks at what is there every 10 s, and at the lists every minute", async () => {
  const { run } = started();
  expect(await run(120)).toEqual({ reachability: 12, loaded: 2, models: 2, scans: 2 });
});

it("looks at what is loaded every 5 s while the instance is in use", async () => {
  const { run, reserve } = started();
  const reservation = reserve();
  expect((await run(60)).loaded).toBeGreaterThanOrEqual(11);
  reservation.release();
  await run(60);
  expect((await run(120)).loaded).toBe(2);
});

it("looks every 2 s while somebody watches, and no longer when they have gone", async () => {
  const { run, poller } = started();
  const stop = poller.watch();
  const watched = await run(60);
  expect(watched.loaded).toBeGreaterThanOrEqual(29);
  expect(watched.scans).toBeGreaterThanOrEqual(30);
  stop();
  stop();
  await run(10);
  expect((await run(60)).loaded).toBeLessThanOrEqual(1);
});

it("stops when nobody has asked for 5 min, but not while somebody watches", async () => {
  const { run, poller, stopped } = started();
  await run(299);
  expect(stopped).not.toHaveBeenCalled();
  await run(2);
  expect(stopped).toHaveBeenCalledOnce();
  const watching = started();
  const stop = watching.poller.watch();
  await watching.run(1_000);
  expect(watching.stopped).not.toHaveBeenCalled();
  stop();
  poller.touch();
});

it("spreads its looks by 20 %", async () => {
  const early = started(() => 0);
  expect((await early.run(120)).reachability).toBe(15);
  const late = started(() => 0.999999);
  expect((await late.run(120)).reachability).toBe(10);
});
