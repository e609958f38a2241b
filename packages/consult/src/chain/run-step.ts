import { coreErrors } from "@ollama-bridge/core-client";
import { invalidArgument } from "@ollama-bridge/foundation";
import { type Asking, ask, runDetails, timeoutOf } from "../ask.ts";
import type { Answered } from "../outcome.ts";
import { type Consultant, WEB_SEARCH } from "./consultant.ts";

/** Results of one search: enough to answer from, few enough to be read. */
const SEARCH_RESULTS = 5;

export interface StepAnswer extends Answered {
  /** The model that answered; where it was routed, the one that was chosen. */
  model: string;
  details: object;
}

/** Runs a step whose answers have been inserted. `label` names it in the progress. @throws BridgeError */
export async function runStep(step: Consultant, asking: Asking, label: string): Promise<StepAnswer> {
  if (step.prompt.trim() === "")
    throw coreErrors.create("INVALID_PROMPT", "With the earlier responses inserted, the prompt is empty");
  if (step.model === WEB_SEARCH) return searchWeb(step, asking, label);
  const result = await ask(step, asking, label);
  return { ...result, details: runDetails(result) };
}

async function searchWeb(
  step: Consultant,
  { dependencies, signal, progress, caller = "" }: Asking,
  label: string,
): Promise<StepAnswer> {
  if (step.privacy === "local_only")
    throw invalidArgument(
      "privacy",
      `local_only, and ${WEB_SEARCH} would send the prompt to the web`,
      "Leave the search out.",
    );
  dependencies.requireMayLeave?.(step.prompt, caller);
  progress.update(`${label}: searching`);
  const request = { query: step.prompt, max_results: SEARCH_RESULTS };
  const results = await dependencies.web.search(request, {
    signal,
    timeoutMs: timeoutOf(step, dependencies),
  });
  const found = results.map(({ title, url, content }) => `- [${title}](${url})\n  ${content}`).join("\n");
  return {
    response: found || "Nothing was found.",
    model: WEB_SEARCH,
    doneReason: "stop",
    truncated: false,
    warnings: [],
    details: { results: results.length },
  };
}
