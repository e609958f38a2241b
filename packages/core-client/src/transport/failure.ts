import type { BridgeError } from "@ollama-bridge/foundation";
import { coreErrors } from "../core-errors.ts";

/** Milliseconds after which a refused connection is worth another try. */
const RETRY_AFTER_MS = 5_000;
/** Of what a server says of its error. */
const MAX_MESSAGE_CHARACTERS = 2_000;
const MAX_RETRY_AFTER_MS = 7 * 24 * 3_600_000;

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

/** What an error status, or an error line inside a stream, means. `retryAfter` is the header's text. */
export function errorFromOllama({
  status,
  endpoint,
  message: told,
  retryAfter,
}: {
  status: number;
  endpoint: string;
  message: string;
  retryAfter?: string;
}): BridgeError {
  const message = shortened(told) || `HTTP ${status}`;
  const details = { status, endpoint };
  if (status === 401 || status === 403)
    return coreErrors.create("UNAUTHORIZED", `Ollama refused: ${message}`, { details });
  if (status === 429 || status === 503) {
    const waitMs = retryAfterMs(retryAfter);
    const wait = waitMs === undefined ? {} : { retryAfter: waitMs };
    return coreErrors.create("OLLAMA_BUSY", `Ollama is busy: ${message}`, {
      details: { ...details, ...wait },
      ...(waitMs ? { hint: `Try again in ${Math.ceil(waitMs / 1000)} s, or use another instance.` } : {}),
    });
  }
  if (/exceeds? the (available )?context (length|size)/i.test(message)) {
    return coreErrors.create("CONTEXT_EXCEEDED", message, { details });
  }
  if (/does not support/i.test(message))
    return coreErrors.create("CAPABILITY_UNSUPPORTED", message, { details });
  if (status === 404 && /model/i.test(message))
    return coreErrors.create("MODEL_NOT_FOUND", message, { details });
  const how = status < 400 ? "failed while answering" : `answered ${status}`;
  return coreErrors.create("OLLAMA_PROCESSING_ERROR", `Ollama ${how}: ${message}`, { details });
}

function shortened(text: string): string {
  return text.length > MAX_MESSAGE_CHARACTERS ? `${text.slice(0, MAX_MESSAGE_CHARACTERS)} …` : text;
}

/** A Retry-After header, seconds or an HTTP date, as milliseconds from now. */
function retryAfterMs(header: string | undefined): number | undefined {
  if (header === undefined || header.trim() === "") return undefined;
  const seconds = Number(header);
  const waitMs = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(header) - Date.now();
  return Number.isFinite(waitMs) ? Math.min(MAX_RETRY_AFTER_MS, Math.max(0, Math.round(waitMs))) : undefined;
}
