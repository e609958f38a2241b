import type { ChoiceSettings } from "../../src/decision/scorer.ts";
import { WorkInHand } from "../../src/decision/work-in-hand.ts";
import { LiteralFleet, literalInstance, literalModel, loadedState, seeded } from "../literal-fleet.ts";
import { VirtualClock } from "./clock.ts";
import { Machine, type MachineSpec } from "./machine.ts";
import type { Picker } from "./pickers.ts";

export interface Scenario {
  machines: MachineSpec[];
  /** Requests a second. */
  arrivalsPerS: number;
  requests: number;
  seed: number;
}

/** What people ask for: a model of 3B and one of 8B, the smaller more often. */
const MODELS = [
  { model: literalModel("small:latest", { sizeBytes: 2e9 }), share: 0.6 },
  { model: literalModel("middle:latest", { sizeBytes: 5e9 }), share: 0.4 },
];
const EXPECTED_ANSWER_TOKENS = 200;
/** How often a router looks at `/api/ps`; between two looks its picture is stale. */
const LOOK_EVERY_MS = 5_000;
/** The first requests find everything cold and nothing learned; they are not counted. */
const WARM_UP_SHARE = 0.1;
/** Of what was known, so that one odd answer does not turn the picture. */
const KEPT_SHARE = 0.7;

const settings: ChoiceSettings = {
  maxInFlight: Number.POSITIVE_INFINITY,
  weights: { price: 0, remote: 0, session: 0 },
  pricePerMtok: () => 0,
  capabilitiesOf: () => undefined,
};

/** Runs the scenario on a virtual clock; returns each request's seconds from asking to the whole answer. */
export function simulate(
  { machines: specs, arrivalsPerS, requests, seed }: Scenario,
  picker: Picker,
): number[] {
  const clock = new VirtualClock();
  // The choice draws from numbers of its own, so that every picker meets the same requests.
  const arrivals = seeded(seed);
  const random = seeded(seed + 1);
  const machines = specs.map((spec) => new Machine(spec, clock));
  const instances = specs.map(({ name, local, roundTripMs, slots }) => {
    const facts = { local, latencyMs: roundTripMs, maxParallel: slots };
    return literalInstance(
      name,
      MODELS.map(({ model }) => model),
      facts,
    );
  });
  const fleet = new LiteralFleet(instances);
  const work = new WorkInHand();
  const latencies: number[] = [];
  let arrived = 0;

  function look(): void {
    for (const [index, machine] of machines.entries()) {
      const names = [...machine.loaded.keys()];
      const known = MODELS.filter(({ model }) => names.includes(model.name));
      const instance = instances[index];
      if (instance) instance.loaded = new Map(known.map(({ model }) => [model.name, loadedState(model)]));
    }
    clock.after(LOOK_EVERY_MS, look);
  }

  function arrive(): void {
    if (arrived++ < requests - 1) clock.after((-Math.log(1 - arrivals()) / arrivalsPerS) * 1000, arrive);
    const model = drawModel(arrivals());
    const promptTokens = Math.round(logNormal(arrivals, 400, 0.8));
    const answerTokens = Math.round(logNormal(arrivals, 180, 0.5));
    const askedMs = clock.nowMs;
    const demand = {
      groups: [[model.name]],
      needs: [],
      promptTokens,
      answerTokens: EXPECTED_ANSWER_TOKENS,
      localOnly: false,
    };
    const picked = picker(demand, fleet, { nowMs: askedMs, random, work, settings });
    if (picked === undefined) throw new Error("the picker found no instance");
    const { instance } = picked.candidate;
    const index = specs.findIndex(({ name }) => name === instance.name);
    machines[index]?.take({
      model: model.name,
      sizeBytes: model.sizeBytes,
      promptTokens,
      answerTokens,
      onFirstByte() {
        picked.work.firstByteMs = clock.nowMs;
        picked.work.loading = false;
      },
      onDone({ loadMs, promptMs, generateMs }) {
        work.end(picked.work);
        latencies.push((clock.nowMs - askedMs) / 1000);
        const { estimate } = instances[index]?.pair(model.name) ?? {};
        if (estimate === undefined) return;
        learn(estimate, "prefillTps", promptTokens / (promptMs / 1000));
        learn(estimate, "decodeTps", answerTokens / (generateMs / 1000));
        if (loadMs > 0) learn(estimate, "loadS", loadMs / 1000);
      },
    });
  }

  look();
  arrive();
  clock.runUntil(() => latencies.length === requests);
  return latencies.slice(requests * WARM_UP_SHARE);
}

function learn<Key extends string>(estimate: Partial<Record<Key, number>>, key: Key, seen: number): void {
  const known = estimate[key];
  estimate[key] = known === undefined ? seen : KEPT_SHARE * known + (1 - KEPT_SHARE) * seen;
}

function drawModel(roll: number) {
  let left = roll;
  for (const { model, share } of MODELS) {
    left -= share;
    if (left < 0) return model;
  }
  return literalModel("middle:latest");
}

function logNormal(random: () => number, median: number, spread: number): number {
  const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  return Math.max(1, median * Math.exp(spread * normal));
}

/** The value below which the share of the values lies. */
export function percentile(values: number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}
