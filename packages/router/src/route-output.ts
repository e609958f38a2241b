import { type RunData, runOutput } from "@ollama-bridge/core-client/tools";
import { type ConsideredView, reasonFor } from "./considered-view.ts";
import type { AttemptRecord } from "./failover/route-error.ts";
import type { PreparedRoute } from "./prepared-route.ts";
import type { RoutedResult, RouteReport } from "./route-report.ts";
import type { RouterSettings } from "./router-settings.ts";

/** `data` of a tool that runs one model on a routed instance. */
export interface RoutedData extends RunData {
  instance: string;
  cost: RouteReport["cost"];
}

/** `data` of a tool that decides too: an answer, or with `dry_run` what would be asked. */
export interface DecidedData extends Partial<RoutedData> {
  dry_run?: boolean;
  model: string;
  instance: string;
  category: string;
  confidence?: number;
  tier?: string;
  reason: string;
  considered?: ConsideredView[];
  attempts?: AttemptRecord[];
}

/** An answer as a tool tells it: what a model needs to go on; the rest goes to the details. */
export function routedOutput(
  result: RoutedResult,
  thinkingWanted: boolean,
): { data: RoutedData; details: object } {
  const { data, details } = runOutput(result, thinkingWanted);
  const { cost, ...route } = result.route;
  return { data: { ...data, instance: result.instance, cost }, details: { ...details, ...route } };
}

/** The part of the data that says how the answer came about; with `explain` in full. */
export function explanation({ route }: RoutedResult, explain: boolean) {
  const { reason, considered, attempts } = route;
  return explain ? { reason, considered, attempts } : { reason };
}

/** What a dry run tells: what would be chosen, and why. */
export function previewOutput(
  { plan, candidate, considered, warnings }: PreparedRoute,
  settings: RouterSettings,
): { data: DecidedData } {
  const { category, confidence, tier } = plan;
  return {
    data: {
      dry_run: true,
      model: candidate.model,
      instance: candidate.instance.name,
      category,
      ...(confidence === undefined ? {} : { confidence }),
      tier,
      reason: reasonFor(plan, candidate, settings.table, considered),
      considered,
      attempts: [],
      ...(warnings.length > 0 ? { warnings } : {}),
    },
  };
}
