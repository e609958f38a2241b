import type { BridgeError } from "@ollama-bridge/foundation";
import { coreErrors } from "../core-errors.ts";
import { shortened } from "./shortened.ts";

/** Milliseconds after which a refused connection is worth another try. */
const RETRY_AFTER_MS = 5_000;

/**
 * What went wrong below the protocol: refused, reset, name not found, TLS, nothing answers.
 * `details` has endpoint, errno, attempt and retryAfter (ms).
 */
export function connectionFailed(
  endpoint: string,
  cause: unknown,
  what = "Unable to connect to",
): BridgeError {
  const errno = errnoOf(cause);
  return coreErrors.create("OLLAMA_CONNECTION_FAILED", `${what} Ollama server at ${endpoint} (${errno})`, {
    details: { endpoint, errno, attempt: 1, retryAfter: RETRY_AFTER_MS },
    cause,
  });
}

/** `localhost` is tried on IPv4 and IPv6; the two failures come wrapped in one without a code of its own. */
function errnoOf(cause: unknown): string {
  if (!(cause instanceof Error)) return "unknown";
  if ("code" in cause && typeof cause.code === "string") return cause.code;
  return cause instanceof AggregateError && cause.errors.length > 0
    ? errnoOf(cause.errors[0])
    : shortened(cause.message);
}

/** Not Ollama's protocol: HTML, half a line, a stream that ends without its last line, more than anything needs. */
export function notTheProtocol(
  endpoint: string,
  what: string,
  { status = 200, hint, cause }: { status?: number; hint?: string | undefined; cause?: unknown } = {},
): BridgeError {
  return coreErrors.create("OLLAMA_PROCESSING_ERROR", `${endpoint} ${what}`, {
    details: { status, endpoint },
    hint:
      hint ??
      "Check that the address is an Ollama's and that nothing between here and there cuts long answers.",
    cause,
  });
}
