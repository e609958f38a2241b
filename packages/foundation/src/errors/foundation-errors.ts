import { type BridgeError, isBridgeError } from "./bridge-error.ts";
import { defineErrors } from "./define-errors.ts";

/** The details of the errors that any package throws, by code. */
export interface FoundationErrorDetails {
  VALIDATION_ERROR: {
    path: string;
    issue: string;
  };
  TIMEOUT_EXCEEDED: {
    timeoutMs: number;
    partial: string;
  };
  CANCELLED: Record<string, never>;
  CONFIG_INVALID: {
    endpoint?: string;
    file?: string | undefined;
    line?: number | undefined;
    key?: string | undefined;
    variable?: string;
    issue?: string | undefined;
  };
  INTERNAL_ERROR: Record<string, never>;
}

/** The errors that every package can meet. */
export const foundationErrors = defineErrors<FoundationErrorDetails>({
  VALIDATION_ERROR: {
    when: "An argument is wrong.",
    hint: "Correct the argument and call again.",
    retryable: false,
    attributedTo: "caller",
    details: { path: "the argument, such as `messages[2].images`", issue: "what is wrong with it" },
  },
  TIMEOUT_EXCEEDED: {
    when: "The deadline passed. The error includes any partial output.",
    hint: "Raise timeoutMs, shorten the prompt or choose a smaller model.",
    retryable: true,
    attributedTo: "caller",
    details: { timeoutMs: "the deadline in ms", partial: "the output that came before it" },
  },
  CANCELLED: {
    when: "The caller cancelled. It appears in logs only, because the protocol sends no result.",
    hint: "The caller cancelled; nothing is left to do.",
    retryable: false,
    attributedTo: "caller",
    details: {},
  },
  CONFIG_INVALID: {
    when: "The configuration is wrong: at start, with exit code 78.",
    hint: "Correct the setting and start again.",
    retryable: false,
    attributedTo: "bridge",
    details: {
      endpoint: "the server that the setting is for",
      file: "path of the file",
      line: "line in the file, from 1",
      key: "the setting",
      variable: "the environment variable",
      issue: "what is wrong with it",
    },
  },
  INTERNAL_ERROR: {
    when: "A defect of the server.",
    hint: "This is a defect of the server: report it with the request id.",
    retryable: false,
    attributedTo: "bridge",
    details: {},
  },
});

/**
 * Makes the error for a wrong argument. `path` names it as the caller wrote it, and is empty for all arguments together; `issue` says
 * what is wrong with it, `hint` what to do next.
 */
export function invalidArgument(path: string, issue: string, hint?: string, cause?: unknown) {
  const message = path === "" ? issue : `${path}: ${issue}`;
  return foundationErrors.create("VALIDATION_ERROR", message, { details: { path, issue }, hint, cause });
}

/** Returns the value itself when it is a BridgeError, else an INTERNAL_ERROR with the value as its cause. */
export function toBridgeError(value: unknown): BridgeError {
  if (isBridgeError(value)) return value;
  const message = value instanceof Error ? value.message : String(value);
  return foundationErrors.create("INTERNAL_ERROR", message, { cause: value });
}

/** Returns the output that came before a failure, empty when there was none. */
export function partialOutput(error: BridgeError): string {
  const { details = {} } = error;
  return "partial" in details && typeof details.partial === "string" ? details.partial : "";
}
