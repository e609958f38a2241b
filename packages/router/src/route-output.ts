import { runData, runOutput } from "@ollama-bridge/core-client/tools";
import * as z from "zod";
import { consideredData, reasonFor } from "./considered-view.ts";
import { attemptData } from "./failover/route-error.ts";
import type { PreparedRoute } from "./prepared-route.ts";
import type { RoutedResult } from "./route-report.ts";
import type { RouterSettings } from "./router-settings.ts";
import { costData } from "./spending.ts";

/** `data` of a tool that runs one model on a routed instance. */
export const routedData = () =>
  runData().extend({
    cost: costData().describe("What the answer cost"),
  });

export type RoutedData = z.output<ReturnType<typeof routedData>>;

/** The data of an answer as optional fields: a dry run has none of it. */
const answerFields = () => {
  const { response, thinking, done_reason, truncated, usage, warnings, privacy, cost } = routedData().shape;
  return {
    response: response.exactOptional(),
    thinking,
    done_reason: done_reason.exactOptional(),
    truncated: truncated.exactOptional(),
    usage: usage.exactOptional(),
    warnings,
    privacy,
    cost: cost.exactOptional(),
  };
};

/** `data` of a tool that decides too: an answer, or with `dry_run` what would be asked. */
export const decidedData = () =>
  z.strictObject({
    ...answerFields(),
    dry_run: z.literal(true).exactOptional().describe("Present where nothing was run"),
    model: z.string().describe("The model that answered, or would"),
    instance: z.string().describe("Name of its instance"),
    category: z.string().describe("Category of the task, given or inferred"),
    confidence: z.number().exactOptional().describe("Of an inferred category, 0 to 1"),
    tier: z.string().exactOptional().describe("Tier that was asked for or inferred"),
    reason: z.string().describe("Why this model and this instance"),
    considered: z
      .array(consideredData())
      .exactOptional()
      .describe("With `explain` or `dry_run`: what was looked at"),
    attempts: z.array(attemptData()).exactOptional().describe("With `explain`: every attempt"),
  });

export type DecidedData = z.output<ReturnType<typeof decidedData>>;

/** An answer as a tool tells it: what a model needs to go on; the rest goes to the details. */
export function routedOutput(
  result: RoutedResult,
  thinkingWanted: boolean,
): { data: RoutedData; details: object } {
  const { data, details } = runOutput(result, thinkingWanted);
  const { cost, ...route } = result.route;
  return { data: { ...data, cost }, details: { ...details, ...route } };
}

/** The part of the data that says how the answer came about; with `explain` in full. */
export function explanation({ route }: RoutedResult, explain: boolean) {
  const { reason, considered, attempts } = route;
  return explain ? { reason, considered, attempts } : { reason };
}

/** What a dry run tells: what would be chosen, and why. */
export function previewOutput(
  { plan, candidate, considered, warnings, privacy }: PreparedRoute,
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
      ...(privacy === undefined ? {} : { privacy }),
    },
  };
}
