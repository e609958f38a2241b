import { describe, expect, it } from "vitest";
import {
  type Instance,
  LiteralFleet,
  literalInstance,
  literalModel,
  loadedState,
  seeded,
} from "../../test/literal-fleet.ts";
import { choose, explain } from "./choose.ts";
import type { Demand } from "./demand.ts";
import type { ChoiceContext, ChoiceSettings } from "./scorer.ts";
import { WorkInHand } from "./work-in-hand.ts";

const model = literalModel("llama:8b", { capabilities: ["completion", "tools"], contextLength: 8192 });
const settings: ChoiceSettings = {
  maxInFlight: 5,
  weights: { price: 1000, remote: 0.5, session: 2 },
  pricePerMtok: ({ pricePerMtok = 0 }) => pricePerMtok,
  capabilitiesOf: ({ capabilities }) => capabilities,
};
const demand: Demand = {
  groups: [[model.name]],
  needs: ["completion"],
  promptTokens: 200,
  answerTokens: 200,
  localOnly: false,
};
const contextOf = (seed = 1): ChoiceContext => ({
  nowMs: 1_000,
  random: seeded(seed),
  work: new WorkInHand(),
  settings,
});

/** Names that are chosen over many seeds, so that ties show all of their members. */
function chosen(instances: Instance[], wanted: Partial<Demand> = {}): string[] {
  const fleet = new LiteralFleet(instances);
  const names = Array.from({ length: 30 }, (_, seed) => {
    const candidate = choose({ ...demand, ...wanted }, fleet, contextOf(seed));
    return candidate?.instance.name ?? "none";
  });
  return [...new Set(names)].sort();
}

const measured = (name: string, decodeTps: number, facts: Partial<Instance> = {}) => {
  const instance = literalInstance(name, [model], facts);
  instance.loaded.set(model.name, loadedState(model));
  Object.assign(instance.pair(model.name).estimate, { decodeTps, prefillTps: decodeTps * 10, loadS: 6 });
  return instance;
};

describe("the cost", () => {
  it("prefers the machine that answers sooner", () => {
    expect(chosen([measured("slow", 20), measured("fast", 60)])).toEqual(["fast"]);
  });

  it("takes a slower machine that has the model in memory over a faster one that would load it", () => {
    const cold = measured("cold", 60);
    cold.loaded.clear();
    expect(chosen([cold, measured("warm", 40)])).toEqual(["warm"]);
  });

  it.each([
    ["another build of the model", { digest: "another" }],
    ["a model about to be unloaded", { expiresAtMs: 1_500 }],
    ["a context too small for the prompt", { contextLength: 100 }],
  ])("counts %s as not loaded", (_what, facts) => {
    const stale = measured("stale", 60);
    stale.loaded.set(model.name, loadedState(model, facts));
    expect(chosen([stale, measured("warm", 40)])).toEqual(["warm"]);
  });

  it("counts a model as not loaded when another num_ctx is asked for", () => {
    const other = measured("other", 60);
    other.loaded.set(model.name, loadedState(model, { contextLength: 4096 }));
    const same = measured("same", 40);
    same.loaded.set(model.name, loadedState(model, { contextLength: 8192 }));
    expect(chosen([other, same], { numCtx: 8192 })).toEqual(["same"]);
  });

  it("chooses among machines that cost alike at random", () => {
    expect(chosen([measured("a", 50), measured("b", 49), measured("c", 20)])).toEqual(["a", "b"]);
  });

  it("prefers the higher priority among machines that cost alike", () => {
    expect(chosen([measured("a", 50), measured("b", 49, { priority: 1 })])).toEqual(["b"]);
  });

  it("avoids the machine that fails often", () => {
    const flaky = measured("flaky", 60);
    flaky.pair(model.name).failures = 0.5;
    expect(chosen([flaky, measured("steady", 45)])).toEqual(["steady"]);
  });

  it("weighs a price and stays where the session was", () => {
    expect(chosen([measured("paid", 50, { pricePerMtok: 20 }), measured("free", 40)])).toEqual(["free"]);
    const two = [measured("a", 50), measured("b", 46)];
    expect(chosen(two, { sessionInstance: "b" })).toEqual(["b"]);
  });

  it.each([0, Number.NaN, Number.POSITIVE_INFINITY, -5])("is not won by an estimate of %s", (wrong) => {
    const broken = literalInstance("broken", [model], {
      latencyMs: wrong,
      gpu: { count: 0, source: "declared" },
    });
    Object.assign(broken.pair(model.name).estimate, { decodeTps: wrong, prefillTps: wrong, loadS: wrong });
    broken.pair(model.name).failures = wrong;
    expect(chosen([broken, measured("honest", 30)])).toEqual(["honest"]);
  });

  it("gives the explanation every term", () => {
    const fleet = new LiteralFleet([measured("a", 50)]);
    const { candidates } = explain(demand, fleet, contextOf());
    expect(candidates[0]?.terms).toEqual({
      roundTrip: 0.001,
      wait: 0,
      load: 0,
      evict: 0,
      prompt: 0.4,
      answer: 4,
      failureRate: 0.02,
      price: 0,
      remote: 0,
      session: 0,
    });
    expect(candidates[0]?.costS).toBeCloseTo(4.401 / 0.98);
  });
});

describe("the hard filter", () => {
  it.each([
    ["a scan's find", { routable: false }],
    ["a draining machine", { draining: true }],
    ["memory that is too small", { gpu: { count: 1, vramGb: 4, source: "declared" as const } }],
  ])("never opens for %s", (_what, facts) => {
    expect(chosen([measured("a", 50, facts)])).toEqual(["none"]);
  });

  it("keeps local work on private machines and away from the cloud", () => {
    const cloud = literalModel("big:cloud", { cloud: true });
    const fleet = [measured("foreign", 50, { private: false }), literalInstance("here", [cloud])];
    expect(chosen(fleet, { localOnly: true, groups: [[model.name, cloud.name]] })).toEqual(["none"]);
  });

  it("asks for the capability and for a context that fits", () => {
    expect(chosen([measured("a", 50)], { needs: ["vision"] })).toEqual(["none"]);
    expect(chosen([measured("a", 50)], { promptTokens: 20_000 })).toEqual(["none"]);
  });

  it("says why in the explanation", () => {
    const fleet = new LiteralFleet([measured("a", 50, { draining: true })]);
    expect(explain(demand, fleet, contextOf()).rejections[0]).toMatchObject({ reason: "draining" });
  });
});

describe("the soft filter", () => {
  it.each([
    ["an open breaker", { admits: false }],
    ["a cooldown", { cooldownUntilMs: 5_000 }],
    ["a machine that is down", { reachable: false }],
  ])("leaves out %s while there is another", (_what, facts) => {
    expect(chosen([measured("bad", 90, facts), measured("good", 20)])).toEqual(["good"]);
  });

  it("opens to the least bad and says so", () => {
    const fleet = new LiteralFleet([
      measured("down", 90, { reachable: false }),
      measured("cooling", 20, { cooldownUntilMs: 5_000 }),
    ]);
    const candidate = choose(demand, fleet, contextOf());
    expect(candidate).toMatchObject({ degraded: "cooldown", instance: { name: "cooling" } });
  });

  it("leaves out what would not be in time", () => {
    const [cold, warm] = [measured("cold", 200), measured("warm", 25)];
    cold.loaded.clear();
    Object.assign(cold.pair(model.name).estimate, { loadS: 30 });
    expect(chosen([cold, warm], { timeLeftS: 15 })).toEqual(["warm"]);
  });

  it("waits a turn at the preferred model before it takes another", () => {
    const other = literalModel("other:1b");
    const instance = measured("a", 50);
    instance.models.set(other.name, other);
    const fleet = new LiteralFleet([instance]);
    for (let place = 0; place < 5; place++) fleet.reserve(instance, model.name, 1_000);
    const both = { ...demand, groups: [[model.name], [other.name]] };
    expect(choose(both, fleet, contextOf())).toMatchObject({ model: model.name, degraded: "full" });
    instance.admits = false;
    expect(choose(both, fleet, contextOf())).toMatchObject({ degraded: "breaker" });
  });
});

describe("any fleet", () => {
  it("gets a choice that passes the hard filter, the same for the same seed", () => {
    for (let seed = 0; seed < 300; seed++) {
      const random = seeded(seed);
      const roll = (share: number) => random() < share;
      const instances = Array.from({ length: 1 + Math.floor(random() * 8) }, (_, index) => {
        const instance = literalInstance(`m${index}`, roll(0.8) ? [model] : [], {
          draining: roll(0.2),
          routable: roll(0.8),
          private: roll(0.5),
          admits: roll(0.7),
          reachable: !roll(0.2),
          latencyMs: random() * 100,
        });
        Object.assign(instance.pair(model.name).estimate, roll(0.5) ? { decodeTps: random() * 100 } : {});
        return instance;
      });
      const fleet = new LiteralFleet(instances);
      const wanted = { ...demand, localOnly: roll(0.5) };
      const candidate = choose(wanted, fleet, contextOf(seed));
      const { candidates } = explain(wanted, fleet, contextOf(seed));
      if (candidate === undefined) expect(candidates).toEqual([]);
      else expect(candidates.map(({ instance }) => instance)).toContain(candidate.instance);
      expect(choose(wanted, fleet, contextOf(seed))?.instance).toBe(candidate?.instance);
    }
  });

  it("is searched whole when the part looked at first has nothing that fits", () => {
    const many = Array.from({ length: 2_500 }, (_, index) =>
      literalInstance(`m${index}`, [model], { draining: index !== 1_777 }),
    );
    const candidate = choose(demand, new LiteralFleet(many), contextOf());
    expect(candidate?.instance.name).toBe("m1777");
  });
});
