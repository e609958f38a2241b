import { Breaker, MeasuredHistory } from "../packages/discovery/src/index.ts";
import { choose } from "../packages/router/src/decision/choose.ts";
import type { Demand } from "../packages/router/src/decision/demand.ts";
import type { ChoiceSettings } from "../packages/router/src/decision/scorer.ts";
import { WorkInHand } from "../packages/router/src/decision/work-in-hand.ts";
import {
  LiteralFleet,
  literalInstance,
  literalModel,
  loadedState,
  seeded,
} from "../packages/router/test/literal-fleet.ts";

/** What one decision costs, in microseconds. The aims: under 50 for 50 instances × 40 models, under 1,000 for 1,000 × 100. */

const settings: ChoiceSettings = {
  maxInFlight: 5,
  weights: { price: 1000, remote: 0.5, session: 2 },
  pricePerMtok: () => 0,
  capabilitiesOf: ({ capabilities }) => capabilities,
};

function fleetOf(instances: number, models: number, random: () => number): LiteralFleet {
  const installed = Array.from({ length: models }, (_, index) =>
    literalModel(`model-${index}:latest`, {
      sizeBytes: (1 + (index % 20)) * 1e9,
      capabilities: ["completion", "tools"],
      contextLength: 32_768,
    }),
  );
  return new LiteralFleet(
    Array.from({ length: instances }, (_, index) => {
      const instance = literalInstance(`machine-${index}`, installed, { latencyMs: 50 * random() });
      const pairs = instance.pairs;
      for (const { name } of installed) {
        let history = new MeasuredHistory();
        const sample = {
          atMs: performance.now(),
          loadMs: 5_000,
          promptTokens: 300,
          promptMs: 300,
          answerTokens: 300,
        };
        if (random() < 0.5) history = history.add({ ...sample, generateMs: 300 * (10 + 40 * random()) });
        pairs.set(name, { ...instance.pair(name), breaker: new Breaker(2), history });
      }
      for (const model of installed) if (random() < 0.05) instance.loaded.set(model.name, loadedState(model));
      // The fleet's own breakers and histories: what they take is part of every decision.
      instance.breaker = new Breaker(3);
      return instance;
    }),
  );
}

function microseconds(fleet: LiteralFleet, demand: Demand, random: () => number): number {
  const context = { random, work: new WorkInHand(), settings };
  const rounds: number[] = [];
  for (let round = 0; round < 300; round++) {
    const startedMs = performance.now();
    choose(demand, fleet, { ...context, nowMs: startedMs });
    rounds.push((performance.now() - startedMs) * 1000);
  }
  // The first hundred warm the compiler up.
  return rounds.slice(100).sort((a, b) => a - b)[100] ?? Number.NaN;
}

const random = seeded(1);
const rows: Record<string, Record<string, string>> = {};
for (const [instances, models] of [
  [50, 40],
  [1_000, 100],
] as const) {
  const fleet = fleetOf(instances, models, random);
  const names = fleet.modelNames();
  const demand = { needs: ["completion" as const], promptTokens: 300, answerTokens: 300, localOnly: false };
  const row: Record<string, string> = {};
  const demands = {
    "one named model": [names.slice(0, 1)],
    "a category of six": names.slice(0, 6).map((name) => [name]),
    "any of three": [names.slice(0, 3), names.slice(3)],
  };
  // What is measured first must not pay for the compiler.
  for (const groups of Object.values(demands)) microseconds(fleet, { ...demand, groups }, random);
  for (const [title, groups] of Object.entries(demands)) {
    row[title] = `${microseconds(fleet, { ...demand, groups }, random).toFixed(0)} µs`;
  }
  rows[`${instances} × ${models}`] = row;
}
console.table(rows);
