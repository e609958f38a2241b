import type { ProgressReporter } from "@ollama-bridge/server-kit";
import type { TransferChunk } from "../api/ollama-api.ts";

/** Follows a push or create to its end, tells where it stands, and resolves to the last status. */
export async function finishTransfer(
  chunks: AsyncIterable<TransferChunk>,
  progress: ProgressReporter,
): Promise<string> {
  let last = "";
  for await (const { status = "", completed, total } of chunks) {
    last = status;
    if (completed !== undefined && total !== undefined)
      progress.update(status, { progress: completed, total });
    else progress.update(status);
  }
  return last;
}
