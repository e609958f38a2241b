import { coreErrors } from "@ollama-bridge/core-client";
import { describe, expect, it } from "vitest";
import { LiteralFleet, literalInstance, literalModel, seeded } from "../../test/literal-fleet.ts";
import type { Demand } from "../decision/demand.ts";
import type { Pick } from "../decision/pick.ts";
import { WorkInHand } from "../decision/work-in-hand.ts";
import { type FailureKind, failureRules } from "./failure-rules.ts";
import { Journey } from "./journey.ts";

const kinds = Object.keys(failureRules) as FailureKind[];
const models = ["large:1", "middle:1", "small:1"].map((name, index) =>
  literalModel(name, { sizeBytes: (3 - index) * 4e9 }),
);

/** "a 24" has 24 GB, found and not declared, so that nothing is left out for them. */
function gpuOf(name: string) {
  const vramGb = Number(name.split(" ")[1]);
  return { count: 1, source: "nvidia-smi" as const, ...(vramGb > 0 ? { vramGb } : {}) };
}

function journeyOver(names: string[], named: string | undefined, seed: number) {
  const fleet = Object.assign(
    new LiteralFleet(names.map((name) => literalInstance(name, models, { gpu: gpuOf(name) }))),
    {
      current: async () => undefined,
      look: async () => undefined,
      clientNamed: () => {
        throw new Error("a journey calls nobody");
      },
    },
  );
  const work = new WorkInHand();
  const random = seeded(seed);
  const settings = {
    maxInFlight: 5,
    weights: { price: 0, remote: 0, session: 0 },
    pricePerMtok: () => 0,
    capabilitiesOf: () => undefined,
  };
  const demand: Demand = {
    groups: named === undefined ? models.map(({ name }) => [name]) : [[named]],
    needs: [],
    promptTokens: 100,
    answerTokens: 100,
    localOnly: false,
  };
  const plan = { named, category: "general", confidence: 1, tier: "fast" as const, demand };
  const waits: number[] = [];
  const journey = new Journey({
    plan,
    fleet,
    context: () => ({ nowMs: 1_000, random, work, settings }),
    deadlineMs: Number.POSITIVE_INFINITY,
    standIns: [],
    wait: async (ms) => void waits.push(ms),
  });
  return { journey, work, waits };
}

const failure = () => coreErrors.create("OLLAMA_BUSY", "busy", { details: { retryAfter: 5_000 } });
const placeOf = ({ candidate }: Pick) => `${candidate.model} on ${candidate.instance.name}`;

/** Follows the journey while everything fails as the kinds say. */
async function follow(sequence: FailureKind[], names: string[], named: string | undefined, seed = 1) {
  const { journey, work, waits } = journeyOver(names, named, seed);
  const picks: Pick[] = [];
  let picked = journey.first();
  for (const kind of sequence) {
    if (picked === undefined) break;
    picks.push(picked);
    work.end(picked.work);
    picked = await journey.after(kind, failure(), picked.candidate);
  }
  if (picked !== undefined) picks.push(picked);
  return { picks, waits };
}

describe("any journey", () => {
  it("ends, replaces no named model, and comes back to a pair only where the table says so", async () => {
    const random = seeded(11);
    const any = <Item>(items: readonly Item[]) => items[Math.floor(random() * items.length)] as Item;
    for (let round = 0; round < 400; round++) {
      const sequence = Array.from({ length: 12 }, () => any(kinds));
      const named = any([undefined, "middle:1"]);
      const { picks } = await follow(sequence, ["a", "b", "c", "d"].slice(0, 1 + (round % 4)), named, round);
      const seen = new Map<string, number>();
      let hops = 0;
      for (const [index, pick] of picks.entries()) {
        const place = placeOf(pick);
        const before = picks[index - 1];
        if (before !== undefined && placeOf(before) !== place) hops++;
        if (before !== undefined && placeOf(before) === place)
          expect(failureRules[sequence[index - 1] as FailureKind].again).not.toBe("never");
        else expect(seen.get(place)).toBeUndefined();
        seen.set(place, (seen.get(place) ?? 0) + 1);
        expect(seen.get(place)).toBeLessThanOrEqual(2);
        if (named !== undefined) expect(pick.candidate.model).toBe(named);
      }
      expect(hops).toBeLessThanOrEqual(2);
    }
  });
});

describe("the table", () => {
  it.each<[FailureKind, string[]]>([
    ["unreachable", ["large:1 on a", "large:1 on b"]],
    ["broken", ["large:1 on a", "large:1 on b"]],
    ["crashed", ["large:1 on a", "large:1 on b"]],
    ["unauthorized", ["large:1 on a", "large:1 on b"]],
    ["rejected", ["large:1 on a"]],
  ])("after %s tries what it says", async (kind, expected) => {
    const { picks } = await follow([kind], ["a", "b"], "large:1");
    const places = picks.map(placeOf);
    expect(places).toHaveLength(expected.length);
    expect(new Set(places).size).toBe(places.length);
  });

  it("goes to the machine with more memory when memory is short", async () => {
    for (let seed = 0; seed < 20; seed++) {
      const { picks } = await follow(["crashed"], ["a 16", "b 24", "c 8"], "large:1", seed);
      const [first, second] = picks.map(({ candidate }) => candidate.instance.name);
      if (first !== "b 24") expect(second).not.toBe("c 8");
    }
  });

  it("takes a smaller model on the same machine when memory is short", async () => {
    const { picks } = await follow(["crashed"], ["a"], undefined);
    expect(picks.map(placeOf)).toEqual(["large:1 on a", "middle:1 on a"]);
  });

  it("waits for the Retry-After of the only machine, once", async () => {
    const { picks, waits } = await follow(["busy", "busy"], ["a"], "large:1");
    expect(picks.map(placeOf)).toEqual(["large:1 on a", "large:1 on a"]);
    expect(waits).toEqual([5_000]);
  });

  it("does not wait while another machine can be asked", async () => {
    const { picks, waits } = await follow(["busy"], ["a", "b"], "large:1");
    expect(new Set(picks.map(({ candidate }) => candidate.instance.name)).size).toBe(2);
    expect(waits).toEqual([]);
  });
});
