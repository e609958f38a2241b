import { type BridgeError, errorSummary } from "@ollama-bridge/foundation";
import { type ChainData, chainNotes, chainText } from "./chain-data.ts";
import { consultErrors } from "./consult-errors.ts";
import type { Consultant } from "./consultant.ts";

/** CHAIN_EXECUTION_FAILED for the step that failed, with what to do about its cause and with the finished steps. */
export function chainFailed(
  consultants: readonly Consultant[],
  failedAt: string,
  cause: BridgeError,
  data: ChainData,
): BridgeError {
  const order = consultants.findIndex(({ id }) => id === failedAt) + 1;
  const { code, message, hint } = cause;
  const more = [cause.more, chainText(data), ...chainNotes(data)].filter(Boolean).join("\n\n");
  return consultErrors.create(
    "CHAIN_EXECUTION_FAILED",
    `Step ${order} of ${consultants.length}, ${failedAt}, failed: ${code}: ${message}`,
    { details: { failedAt, cause: errorSummary(cause) }, hint, more, data, cause },
  );
}
