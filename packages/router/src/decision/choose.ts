import type { FleetView } from "@ollama-bridge/discovery";
import { BestOf } from "./best-of.ts";
import { type Candidate, type Demand, type Rejection, softReasons } from "./demand.ts";
import { type ChoiceContext, Scorer } from "./scorer.ts";

/** Pairs judged at once; of a larger group first one part, evenly spread, and the others only when that has none. */
const PAIRS_AT_ONCE = 1_000;

/**
 * The cheapest candidate of the first group that has any; of those that are alike one at random. When the soft filter
 * leaves none in any group it opens: then the least bad, marked `degraded`. `undefined` when none passes the hard one.
 */
export function choose(demand: Demand, fleet: FleetView, context: ChoiceContext): Candidate | undefined {
  const { random } = context;
  const scorer = new Scorer(demand, fleet, context);
  const held = softReasons.map(() => new BestOf());
  for (const group of demand.groups) {
    const full = new BestOf();
    const slow = new BestOf();
    const parts = Math.ceil(pairsIn(group, fleet) / PAIRS_AT_ONCE);
    const first = parts > 1 ? Math.floor(random() * parts) : 0;
    for (let part = 0; part < parts; part++) {
      const open = new BestOf();
      for (const model of group) {
        const instances = fleet.having(model);
        for (let index = (first + part) % parts; index < instances.length; index += parts) {
          const instance = instances[index];
          if (instance === undefined || scorer.judge(instance, model) !== undefined) continue;
          const { degraded } = scorer;
          if (degraded === undefined) open.offer(scorer, instance, model);
          else if (degraded === "full") full.offer(scorer, instance, model);
          else {
            if (degraded === "slow") slow.offer(scorer, instance, model);
            held[softReasons.indexOf(degraded)]?.offer(scorer, instance, model);
          }
        }
      }
      const best = open.winner(random);
      if (best !== undefined) return best;
    }
    // Waiting a turn at the preferred model comes before another model, and having no wait before a wait.
    const best = full.winner(random);
    if (best !== undefined) return slow.winner(random) ?? best;
  }
  for (const leastBad of held) {
    const best = leastBad.winner(random);
    if (best !== undefined) return best;
  }
  return undefined;
}

function pairsIn(group: readonly string[], fleet: FleetView): number {
  return group.reduce((sum, model) => sum + fleet.having(model).length, 0);
}

/** Every pair of the demand's models: what it would cost, the cheapest first, or why not. For explanations. */
export function explain(
  demand: Demand,
  fleet: FleetView,
  context: ChoiceContext,
): { candidates: Candidate[]; rejections: Rejection[] } {
  const scorer = new Scorer(demand, fleet, context);
  const candidates: Candidate[] = [];
  const rejections: Rejection[] = [];
  for (const model of new Set(demand.groups.flat())) {
    for (const instance of fleet.having(model)) {
      const rejected = scorer.judge(instance, model);
      if (rejected === undefined) candidates.push(scorer.candidate(instance, model));
      else rejections.push({ instance, model, ...rejected });
    }
  }
  candidates.sort((a, b) => a.costS - b.costS);
  return { candidates, rejections };
}
