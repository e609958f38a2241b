import { answerNotes, answerText } from "@ollama-bridge/core-client/tools";
import { visibleLine } from "@ollama-bridge/foundation";
import type { ConsideredView } from "../considered-view.ts";
import { type AttemptRecord, attemptLine } from "../failover/route-error.ts";
import type { DecidedData } from "../route-output.ts";

/** What a deciding tool tells a reader: the answer as it is, or the dry run. */
export function decidedText(data: DecidedData): string {
  const { response, model, instance, reason, considered } = data;
  if (response !== undefined) return answerText({ ...data, response });
  return [`Would run on ${model}, ${instance}. ${reason}`, ...consideredLines(considered)].join("\n");
}

/** What it tells beside the answer: who answered and why, with `explain` in full; of a dry run the warnings. */
export function decidedNotes(data: DecidedData): string[] {
  const { response, considered, attempts = [], warnings = [] } = data;
  if (response === undefined) return warnings.length > 0 ? [`— ${warnings.join(" · ")}`] : [];
  if (considered === undefined) return answerNotes(data);
  return [...answerNotes(data), [...consideredLines(considered), ...attemptLines(attempts)].join("\n")];
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
