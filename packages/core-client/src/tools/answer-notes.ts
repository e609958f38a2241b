import { visible, visibleLine } from "@ollama-bridge/foundation";
import { noText } from "../run/answer-accumulator.ts";
import type { RunResult } from "../run/model-runner.ts";

/** What is told of an answer beside the answer. */
export interface AnswerFacts {
  model: string;
  instance?: string;
  done_reason?: string;
  truncated?: boolean;
  warnings?: readonly string[];
  /** Why this model on this instance, where it was chosen. */
  reason?: string;
  privacy?: RunResult["privacy"];
  cost?: { local: 0 } | { usd: number };
  thinking?: string;
  tool_calls?: readonly object[];
}

/** The text of an answer: the model's own, or that there is none. */
export function answerText({
  response,
  done_reason = "stop",
}: {
  response: string;
  done_reason?: string;
}): string {
  return response.trim() === "" ? noText(done_reason) : response;
}

/**
 * `— qwen3:8b on gpu-box · cut at the token limit`, then the calls and the thinking that an answer has beside its text.
 * `areCallsTold`: the calls are the text already.
 */
export function answerNotes(facts: AnswerFacts, areCallsTold = false): string[] {
  const { thinking, tool_calls: calls = [] } = facts;
  return [
    answerLine(facts),
    ...(calls.length > 0 && !areCallsTold ? [`Tool calls:\n${visible(JSON.stringify(calls))}`] : []),
    ...(thinking === undefined ? [] : [`Thinking:\n${thinking}`]),
  ];
}

/** Who answered and what a reader must know of the answer, on one line. */
export function answerLine(facts: AnswerFacts): string {
  const { model, instance, warnings = [], reason, privacy, cost, tool_calls: calls = [] } = facts;
  const parts = [
    instance === undefined ? model : `${model} on ${instance}`,
    endOf(facts),
    ...warnings.filter((warning) => warning !== noText(facts.done_reason ?? "stop")),
    calls.length > 0 ? `tool calls: ${calls.length}` : "",
    privacy === undefined ? "" : "kept to private machines",
    cost !== undefined && "usd" in cost ? `cost ${cost.usd} USD` : "",
    reason ?? "",
  ];
  const told = parts.filter((part) => part !== "").map((part) => part.replace(/\.$/, ""));
  return visibleLine(`— ${told.join(" · ")}`);
}

/** Why an answer ends, where it is not because the model was done. */
function endOf({ truncated, done_reason: reason }: AnswerFacts): string {
  if (reason === "length" || (truncated && reason === undefined)) return "cut at the token limit";
  if (truncated) return `cut (${reason})`;
  return "";
}
