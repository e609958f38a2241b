import type { FleetView } from "@ollama-bridge/discovery";
import { choose } from "./choose.ts";
import type { Candidate, Demand } from "./demand.ts";
import type { ChoiceContext } from "./scorer.ts";
import type { Work } from "./work-in-hand.ts";

/** The choice and the place that it took. */
export interface Pick {
  candidate: Candidate;
  work: Work;
}

/**
 * Chooses and takes a place in one synchronous step, so that a hundred calls at once see each other.
 * `undefined` when nothing passes the hard filter.
 */
export function pick(demand: Demand, fleet: FleetView, context: ChoiceContext): Pick | undefined {
  const candidate = choose(demand, fleet, context);
  if (candidate === undefined) return undefined;
  const { instance, model, terms } = candidate;
  const { load, evict, prompt, answer } = terms;
  const reservation = fleet.reserve(instance, model, (load + evict + prompt + answer) * 1000);
  const work: Work = {
    reservation,
    loading: load > 0,
    loadS: load + evict,
    promptS: prompt,
    answerS: answer,
    begunMs: context.nowMs,
  };
  context.work.add(work);
  return { candidate, work };
}
