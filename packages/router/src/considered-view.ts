import { canonicalName, isSameModel } from "@ollama-bridge/core-client";
import * as z from "zod";
import type { Candidate, Rejection } from "./decision/demand.ts";
import type { RoutePlan } from "./plan.ts";
import type { RoutingTable } from "./routing-table.ts";

/** A pair that was looked at: what it would cost and why, or why it was left out. */
export const consideredData = () =>
  z.strictObject({
    model: z.string().describe("Name of the model"),
    instance: z.string().describe("Name of the instance"),
    cost_s: z.number().exactOptional().describe("What it would cost, in seconds; the least wins"),
    terms: z
      .record(z.string(), z.number())
      .exactOptional()
      .describe("What the cost is made of, in seconds; `failure_rate` is 0 to 1"),
    degraded: z.string().exactOptional().describe("Why it is only a makeshift"),
    why_not: z.string().exactOptional().describe("Why it was left out"),
  });

export type ConsideredView = z.output<ReturnType<typeof consideredData>>;

export function consideredView(
  candidates: readonly Candidate[],
  rejections: readonly Rejection[],
): ConsideredView[] {
  return [
    ...candidates.map(({ model, instance, costS, terms, degraded }) => ({
      model,
      instance: instance.name,
      cost_s: rounded(costS),
      terms: {
        round_trip: rounded(terms.roundTrip),
        wait: rounded(terms.wait),
        load: rounded(terms.load),
        evict: rounded(terms.evict),
        prompt: rounded(terms.prompt),
        answer: rounded(terms.answer),
        failure_rate: rounded(terms.failureRate),
        price: rounded(terms.price),
        remote: rounded(terms.remote),
        session: rounded(terms.session),
      },
      ...(degraded === undefined ? {} : { degraded }),
    })),
    ...rejections.map(({ model, instance, reason }) => ({ model, instance: instance.name, why_not: reason })),
  ];
}

const softWords = {
  slow: "it may not be in time",
  full: "all of its places are taken, so the call waits its turn",
  cooldown: "it asked to be left alone for a moment",
  breaker: "it failed lately",
  down: "it did not answer lately",
};

/** In one sentence: why this model, why this machine. */
export function reasonFor(
  plan: RoutePlan,
  { model, instance, costS, terms, degraded }: Candidate,
  table: RoutingTable,
  considered: readonly ConsideredView[],
): string {
  const models = table.get(plan.category)?.models.map(canonicalName) ?? [];
  const place = models.findIndex((name) => isSameModel(name, model));
  const passedOver = models
    .slice(0, Math.max(0, place))
    .find((name) => considered.some((each) => isSameModel(each.model, name)));
  const why = whyModel(plan, model, { isListed: place !== -1, passedOver });
  const loaded = terms.load === 0 ? "loaded" : "to be loaded";
  const machine = `${instance.name} is expected to answer soonest (cost ${costS.toFixed(1)} s, ${loaded})`;
  const but = degraded === undefined ? "" : `; no better one is free: ${softWords[degraded]}`;
  return `${why}; ${machine}${but}.`;
}

/** `passedOver`: a model that is preferred and installed. */
function whyModel(
  { named, category, confidence, tier }: RoutePlan,
  model: string,
  { isListed, passedOver }: { isListed: boolean; passedOver: string | undefined },
): string {
  if (named !== undefined) return `${model} was named`;
  if (confidence !== undefined) return `${model} suits a ${category} task in the ${tier} tier`;
  if (isListed && passedOver !== undefined)
    return `${passedOver}, which the category ${category} prefers, cannot take it now, and ${model} is the next that can`;
  return isListed
    ? `${model} is the first installed model of the category ${category}`
    : `no installed model of the category ${category} can take it, ${model} comes nearest`;
}

const rounded = (value: number) => (Number.isFinite(value) ? Math.round(value * 1000) / 1000 : value);
