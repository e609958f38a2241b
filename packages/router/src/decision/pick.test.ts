import { describe, expect, it } from "vitest";
import {
  LiteralFleet,
  literalInstance,
  literalModel,
  loadedState,
  seeded,
} from "../../test/literal-fleet.ts";
import { pick } from "./pick.ts";
import type { ChoiceContext } from "./scorer.ts";
import { WorkInHand } from "./work-in-hand.ts";

const model = literalModel("llama:8b");
const demand = {
  groups: [[model.name]],
  needs: [],
  promptTokens: 200,
  answerTokens: 200,
  localOnly: false,
};

function contextOf(work = new WorkInHand()): ChoiceContext {
  return {
    nowMs: 1_000,
    random: seeded(7),
    work,
    settings: {
      maxInFlight: 1_000,
      weights: { price: 0, remote: 0, session: 0 },
      pricePerMtok: () => 0,
      capabilitiesOf: () => undefined,
    },
  };
}

const inFlight = (fleet: LiteralFleet) =>
  fleet.instances.map((instance) => fleet.inFlight(instance, model.name));

describe("a hundred calls at once on one stale picture", () => {
  it("spread over equal machines within one of ideal", () => {
    const fleet = new LiteralFleet(
      ["a", "b", "c", "d"].map((name) => {
        const instance = literalInstance(name, [model]);
        instance.loaded.set(model.name, loadedState(model));
        return instance;
      }),
    );
    const context = contextOf();
    for (let call = 0; call < 100; call++) pick(demand, fleet, context);
    for (const count of inFlight(fleet)) expect(Math.abs(count - 25)).toBeLessThanOrEqual(1);
  });

  it("spread over unequal machines by their speed", () => {
    const fleet = new LiteralFleet(
      [90, 30].map((decodeTps) => {
        const instance = literalInstance(`at-${decodeTps}`, [model]);
        instance.loaded.set(model.name, loadedState(model));
        Object.assign(instance.pair(model.name).estimate, {
          decodeTps,
          prefillTps: decodeTps * 10,
          loadS: 5,
        });
        return instance;
      }),
    );
    const context = contextOf();
    for (let call = 0; call < 100; call++) pick(demand, fleet, context);
    const [fast = 0] = inFlight(fleet);
    expect(Math.abs(fast - 75)).toBeLessThanOrEqual(1);
  });

  it("leave nothing in flight when they have ended, however often they end", () => {
    const fleet = new LiteralFleet([literalInstance("a", [model])]);
    const context = contextOf();
    const picks = Array.from({ length: 100 }, () => pick(demand, fleet, context));
    for (const picked of [...picks, ...picks]) if (picked) context.work.end(picked.work);
    expect(inFlight(fleet)).toEqual([0]);
    expect([...context.work.on(fleet.instances[0] as (typeof fleet.instances)[0])]).toEqual([]);
  });
});

describe("a load that is under way", () => {
  it("is waited for instead of begun elsewhere", () => {
    const fleet = new LiteralFleet(["a", "b"].map((name) => literalInstance(name, [model])));
    const context = contextOf();
    const first = pick(demand, fleet, context);
    for (const instance of fleet.instances)
      Object.assign(instance.pair(model.name).estimate, { decodeTps: 100, prefillTps: 1000, loadS: 30 });
    const second = pick(demand, fleet, { ...context, nowMs: 5_000 });
    expect(second?.candidate.instance).toBe(first?.candidate.instance);
  });
});
