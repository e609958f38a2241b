import type { ProgressReporter } from "@ollama-bridge/server-kit";
import type { TransferProgress } from "../api/ollama-api.ts";

/** Tells the caller of a tool where a push or a create stands. */
export function reportTransfer(progress: ProgressReporter): (line: TransferProgress) => void {
  return ({ status = "", completed, total }) => {
    if (completed !== undefined && total !== undefined)
      progress.update(status, { progress: completed, total });
    else progress.update(status);
  };
}
