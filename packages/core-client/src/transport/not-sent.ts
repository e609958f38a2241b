import { foundationErrors, invalidArgument } from "@ollama-bridge/foundation";

/** @throws BridgeError VALIDATION_ERROR for what JSON has no form for: too deep, a cycle, a bigint. */
export function requestJson(body: object): string {
  try {
    return JSON.stringify(body);
  } catch (cause) {
    const issue = cause instanceof Error ? cause.message : String(cause);
    throw invalidArgument(
      "",
      `The request cannot be written as JSON: ${issue}`,
      "Send plain values that are not nested too deep.",
      cause,
    );
  }
}

/** undici's words for a request that it does not send as it was given. */
const NOT_SENT: readonly unknown[] = [
  "UND_ERR_INVALID_ARG",
  "UND_ERR_NOT_SUPPORTED",
  "UND_ERR_REQ_CONTENT_LENGTH_MISMATCH",
];

/**
 * The error for a request that was never sent, because of a key or an address that no header or path can hold;
 * undefined when the fault lies beyond us. What has no code is a defect of ours and comes back as it is.
 */
export function notSent(url: string, error: unknown): unknown {
  const { code, errors } = error as { code?: unknown; errors?: unknown[] };
  if (NOT_SENT.includes(code)) {
    const issue = error instanceof Error ? error.message : String(code);
    return foundationErrors.create("CONFIG_INVALID", `Nothing can be sent to ${url}: ${issue}`, {
      details: { endpoint: url },
      hint: "Correct the address and the key that are configured for this instance.",
      cause: error,
    });
  }
  const isDefect =
    error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError;
  return isDefect || (code === undefined && errors === undefined) ? error : undefined;
}
