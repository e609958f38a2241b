import { BridgeError } from "@ollama-bridge/server-kit/errors";

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
  return new BridgeError("OLLAMA_CONNECTION_FAILED", `${what} Ollama server at ${endpoint} (${errno})`, {
    details: { endpoint, errno, attempt: 1, retryAfter: RETRY_AFTER_MS },
    cause,
  });
}

/** `localhost` is tried on IPv4 and IPv6; the two failures come wrapped in one without a code of its own. */
function errnoOf(cause: unknown): string {
  const { code, errors, message } = cause as { code?: string; errors?: unknown[]; message?: string };
  if (code !== undefined) return code;
  return Array.isArray(errors) && errors.length > 0 ? errnoOf(errors[0]) : (message ?? "unknown");
}

/** Not Ollama's protocol: HTML, half a line, a stream that ends without its last line. */
export function notTheProtocol(endpoint: string, what: string, status = 200, cause?: unknown): BridgeError {
  return new BridgeError("OLLAMA_PROCESSING_ERROR", `${endpoint} ${what}`, {
    details: { status, endpoint },
    hint: "Check that the address is an Ollama's and that nothing between here and there cuts long answers.",
    cause,
  });
}

/** What an error status, or an error line inside a stream, means. `retryAfter` is the header's text. */
export function errorFromOllama({
  status,
  endpoint,
  text,
  retryAfter,
}: {
  status: number;
  endpoint: string;
  text: string;
  retryAfter?: string;
}): BridgeError {
  const message = messageIn(text) || `HTTP ${status}`;
  const details = { status, endpoint };
  if (status === 401 || status === 403)
    return new BridgeError("UNAUTHORIZED", `Ollama refused: ${message}`, { details });
  if (status === 429 || status === 503) {
    const waitMs = retryAfterMs(retryAfter);
    const wait = waitMs === undefined ? {} : { retryAfter: waitMs };
    return new BridgeError("OLLAMA_BUSY", `Ollama is busy: ${message}`, {
      details: { ...details, ...wait },
      ...(waitMs ? { hint: `Try again in ${Math.ceil(waitMs / 1000)} s, or use another instance.` } : {}),
    });
  }
  if (/exceeds? the (available )?context (length|size)/i.test(message)) {
    return new BridgeError("CONTEXT_EXCEEDED", message, { details });
  }
  if (/does not support/i.test(message))
    return new BridgeError("CAPABILITY_UNSUPPORTED", message, { details });
  if (status === 404 && /model/i.test(message))
    return new BridgeError("MODEL_NOT_FOUND", message, { details });
  const how = status < 400 ? "failed while answering" : `answered ${status}`;
  return new BridgeError("OLLAMA_PROCESSING_ERROR", `Ollama ${how}: ${message}`, { details });
}

/** The `error` of a JSON body, else the first line of the text. */
function messageIn(text: string): string {
  try {
    const { error } = JSON.parse(text) as { error?: unknown };
    if (typeof error === "string") return error;
    if (error && typeof error === "object" && "message" in error) return String(error.message);
  } catch {
    // Not JSON: a proxy's page, or Ollama's plain text.
  }
  return text.trim().split("\n")[0]?.slice(0, 300) ?? "";
}

/** A Retry-After header, seconds or an HTTP date, as milliseconds from now. */
function retryAfterMs(header: string | undefined): number | undefined {
  if (header === undefined || header.trim() === "") return undefined;
  const seconds = Number(header);
  const waitMs = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(header) - Date.now();
  return Number.isFinite(waitMs) ? Math.max(0, Math.round(waitMs)) : undefined;
}
