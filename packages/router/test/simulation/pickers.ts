import type { InstanceState } from "@ollama-bridge/discovery";
import type { Demand } from "../../src/decision/demand.ts";
import { type Pick, pick } from "../../src/decision/pick.ts";
import type { ChoiceContext } from "../../src/decision/scorer.ts";
import type { Instance, LiteralFleet } from "../literal-fleet.ts";

/** A way to choose an instance and take a place on it. */
export type Picker = (demand: Demand, fleet: LiteralFleet, context: ChoiceContext) => Pick | undefined;

/** Restricts the choice to what a rival rule would take; places are counted alike for all. */
function ruled(
  rule: (instances: Instance[], model: string, random: () => number, fleet: LiteralFleet) => Instance[],
): Picker {
  return (demand, fleet, context) => {
    const model = demand.groups[0]?.[0] ?? "";
    const allowed = new Set<InstanceState>(rule(fleet.having(model), model, context.random, fleet));
    const forbids = (instance: InstanceState) => (allowed.has(instance) ? undefined : "not by this rule");
    return pick({ ...demand, forbids }, fleet, context);
  };
}

/** Without a limit the first machine that has a model loaded gets all of its requests, however slow it is. */
const WARM_QUEUE = 3;

function fewest(instances: Instance[], random: () => number, fleet: LiteralFleet): Instance[] {
  const least = Math.min(...instances.map((instance) => fleet.inFlight(instance)));
  const idle = instances.filter((instance) => fleet.inFlight(instance) === least);
  return idle.slice(Math.floor(random() * idle.length)).slice(0, 1);
}

function roundRobin(): Picker {
  let next = 0;
  return ruled((instances) => instances.slice(next++ % instances.length).slice(0, 1));
}

/** Ours and its rivals; a new one for every run, because some of them remember. */
export const pickers: Record<string, () => Picker> = {
  ours: () => pick,
  "loaded-first": () =>
    ruled((instances, model, random, fleet) => {
      const warm = instances.filter(
        (instance) => instance.loaded.has(model) && fleet.inFlight(instance) < WARM_QUEUE,
      );
      return fewest(warm.length > 0 ? warm : instances, random, fleet);
    }),
  "least-connections": () => ruled((instances, _model, random, fleet) => fewest(instances, random, fleet)),
  "round-robin": roundRobin,
};
