import { visibleLine } from "@ollama-bridge/foundation";
import type { ProgressReporter } from "@ollama-bridge/server-kit";
import type { RunEvent } from "../run/model-runner.ts";

/** The first 200 characters of an answer, for the progress of several. */
export const firstWords = (text: string) => visibleLine(text.slice(0, 200));

/** Tells the caller of a tool where a model's run stands. `label` names it where several run at once. */
export function reportProgress(progress: ProgressReporter, label = ""): (event: RunEvent) => void {
  const prefix = label === "" ? "" : `${label}: `;
  return (event) => {
    if (event.type === "generating") progress.update(`${prefix}generating, ${event.tokens} tokens`);
    else progress.update(`${prefix}${event.type}`);
  };
}
