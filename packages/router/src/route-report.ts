import type { RunResult } from "@ollama-bridge/core-client";
import type { Tier } from "@ollama-bridge/discovery";
import { type ConsideredView, reasonFor } from "./considered-view.ts";
import type { AttemptRecord } from "./failover/route-error.ts";
import type { Routed } from "./route-call.ts";
import type { RouterState } from "./router-state.ts";
import type { Cost } from "./spending.ts";

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
  const { plan, arm, considered, warnings, privacy } = prepared;
  const { instance, model } = candidate;
  const installed = instance.models.get(model);
  const price = installed === undefined ? 0 : settings.choice.pricePerMtok(instance, installed);
  const { input_tokens, output_tokens } = result.usage;
  if (arm?.model === model) experiments.answered(arm, seconds, output_tokens);
  const reason = reasonFor(plan, candidate, settings.table, considered);
  return {
    ...result,
    ...(plan.named === undefined ? { reason } : {}),
    ...(privacy === undefined ? {} : { privacy }),
    warnings: [...result.warnings, ...warnings],
    route: {
      category: plan.category,
      ...(plan.confidence === undefined ? {} : { confidence: plan.confidence }),
      tier: plan.tier,
      reason,
      cost: spending.answered(input_tokens + output_tokens, price),
      attempts,
      considered,
      ...(arm === undefined ? {} : { experiment: { name: arm.experiment, model: arm.model } }),
    },
  };
}
