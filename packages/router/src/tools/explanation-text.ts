import { visibleLine } from "@ollama-bridge/foundation";
import type { ConsideredView } from "../considered-view.ts";
import { type AttemptRecord, attemptLine } from "../failover/route-error.ts";
import type { DecidedData } from "../route-output.ts";

/** What a deciding tool tells a reader: the answer as it is, with `explain` how it came about; or the dry run. */
export function decidedText(data: DecidedData): string {
  const { response, model, instance, reason, considered, attempts = [] } = data;
  if (response === undefined)
    return [`Would run on ${model}, ${instance}. ${reason}`, ...consideredLines(considered)].join("\n");
  if (considered === undefined) return response;
  return [response, "", "---", reason, ...consideredLines(considered), ...attemptLines(attempts)].join("\n");
}

function consideredLines(considered: readonly ConsideredView[] = []): string[] {
  if (considered.length === 0) return [];
  return ["Considered (cost, and what it is made of):", ...considered.map(consideredLine)];
}

function consideredLine(view: ConsideredView): string {
  const { model, instance, cost_s, terms = {}, degraded, why_not } = view;
  const parts = Object.entries(terms).filter(([, value]) => value !== 0);
  const made = parts.map(([name, value]) => `${name.replace("_", " ")} ${value}`).join(", ");
  const cost = `${cost_s} s (${made})${degraded === undefined ? "" : `, ${degraded}`}`;
  return visibleLine(`- ${model} on ${instance}: ${why_not ?? cost}`);
}

const attemptLines = (attempts: readonly AttemptRecord[]) => ["Attempts:", ...attempts.map(attemptLine)];
