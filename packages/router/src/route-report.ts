import { canonicalName, type RunResult } from "@ollama-bridge/core-client";
import type { Tier } from "@ollama-bridge/discovery";
import type { Candidate, Rejection } from "./decision/demand.ts";
import type { AttemptRecord } from "./failover/route-error.ts";
import type { RoutePlan } from "./plan.ts";
import type { Routed } from "./route-call.ts";
import type { RouterState } from "./router-state.ts";
import type { RoutingTable } from "./routing-table.ts";
import type { Cost } from "./spending.ts";

/** A pair that was looked at: what it would cost and why, or why it was left out. */
export interface ConsideredView {
  model: string;
  instance: string;
  cost_s?: number;
  /** In seconds, but for `failure_rate`. */
  terms?: Record<string, number>;
  degraded?: string;
  why_not?: string;
}

/** How an answer came about. */
export interface RouteReport {
  category: string;
  /** 0 to 1; absent when the category was given. */
  confidence?: number;
  tier: Tier;
  reason: string;
  cost: Cost;
  attempts: AttemptRecord[];
  considered: ConsideredView[];
  experiment?: { name: string; model: string };
}

/** An answer, with how it came about. */
export interface RoutedResult extends RunResult {
  route: RouteReport;
}

/** Counts the answer in, and tells how it came about. `seconds`: from asking to the whole answer. */
export function reportOf(state: RouterState, routed: Routed<RunResult>, seconds: number): RoutedResult {
  const { settings, experiments, spending } = state;
  const { result, candidate, attempts, prepared } = routed;
  const { plan, arm, considered, warnings } = prepared;
  const { instance, model } = candidate;
  const installed = instance.models.get(model);
  const price = installed === undefined ? 0 : settings.choice.pricePerMtok(instance, installed);
  const { input_tokens, output_tokens } = result.usage;
  if (arm?.model === model) experiments.answered(arm, seconds, output_tokens);
  return {
    ...result,
    warnings: [...result.warnings, ...warnings],
    route: {
      category: plan.category,
      ...(plan.confidence === undefined ? {} : { confidence: plan.confidence }),
      tier: plan.tier,
      reason: reasonFor(plan, candidate, settings.table),
      cost: spending.answered(input_tokens + output_tokens, price),
      attempts,
      considered,
      ...(arm === undefined ? {} : { experiment: { name: arm.experiment, model: arm.model } }),
    },
  };
}

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
export function reasonFor(plan: RoutePlan, candidate: Candidate, table: RoutingTable): string {
  const { model, instance, costS, terms, degraded } = candidate;
  const listed = table.get(plan.category)?.models.some((name) => canonicalName(name) === model) ?? false;
  const loaded = terms.load === 0 ? "loaded" : "to be loaded";
  const machine = `${instance.name} is expected to answer soonest (cost ${costS.toFixed(1)} s, ${loaded})`;
  const but = degraded === undefined ? "" : `; no better one is free: ${softWords[degraded]}`;
  return `${whyModel(plan, model, listed)}; ${machine}${but}.`;
}

function whyModel({ named, category, confidence, tier }: RoutePlan, model: string, listed: boolean): string {
  if (named !== undefined) return `${model} was named`;
  if (confidence !== undefined) return `${model} suits a ${category} task in the ${tier} tier`;
  return listed
    ? `${model} is the first installed model of the category ${category}`
    : `no model of the category ${category} is installed, ${model} comes nearest`;
}

const rounded = (value: number) => (Number.isFinite(value) ? Math.round(value * 1000) / 1000 : value);
