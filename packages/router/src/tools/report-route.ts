import type { RunEvent } from "@ollama-bridge/core-client";
import { reportProgress } from "@ollama-bridge/core-client/tools";
import type { ProgressReporter } from "@ollama-bridge/server-kit";
import type { PullingEvent } from "../auto-pull.ts";

/** Tells the caller where a routed run stands; a pull on the way in bytes. */
export function reportRoute(progress: ProgressReporter): (event: RunEvent) => void {
  const report = reportProgress(progress);
  return (event: RunEvent | PullingEvent) => {
    if (event.type !== "pulling") return report(event);
    const { model, instance, completed, total } = event;
    progress.update(`pulling ${model} on ${instance}: ${completed} of ${total} bytes`, {
      progress: completed,
      total,
    });
  };
}
