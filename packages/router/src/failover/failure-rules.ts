import { coreErrors, GUARDED } from "@ollama-bridge/core-client";
import type { AttemptObservation } from "@ollama-bridge/discovery";
import type { BridgeError } from "@ollama-bridge/foundation";

/** What an attempt came to, as far as it decides what is tried next. */
export type FailureKind =
  /** Refused, reset, name not found, end before headers, first byte too late. */
  | "unreachable"
  /** 503, 429. */
  | "busy"
  /** The account at the cloud has used up its limit: the machine is not to blame, and not busy. */
  | "over-quota"
  /** 500: out of memory, runner died. */
  | "crashed"
  /** 404. */
  | "missing"
  /** 400: the capability or the context is lacking. */
  | "unfit"
  /** 401, 403; a signed-out cloud pointer too. */
  | "unauthorized"
  /** Its address or key cannot be sent. */
  | "misconfigured"
  /** The answer broke off or was none. */
  | "broken"
  /** The request itself is wrong; it would be everywhere. */
  | "rejected";

export interface FailureRule {
  outcome: AttemptObservation["outcome"];
  /** When the same model on the same instance may be tried once more. */
  again: "never" | "after-retry-after" | "when-listed";
  /** The same model on another instance. */
  elsewhere: "no" | "yes" | "more-memory-first";
  /** Another model, when none was named. */
  otherModel: "no" | "yes" | "smaller" | "by-policy";
  /** Whether another model may be tried on this very instance. */
  keepsInstance: boolean;
}

/** What is tried next, by what went wrong. */
export const failureRules: Readonly<Record<FailureKind, FailureRule>> = {
  unreachable: {
    outcome: "unreachable",
    again: "never",
    elsewhere: "yes",
    otherModel: "yes",
    keepsInstance: false,
  },
  busy: {
    outcome: "busy",
    again: "after-retry-after",
    elsewhere: "yes",
    otherModel: "by-policy",
    keepsInstance: false,
  },
  "over-quota": {
    outcome: "rejected",
    again: "never",
    elsewhere: "yes",
    otherModel: "yes",
    keepsInstance: true,
  },
  crashed: {
    outcome: "server-error",
    again: "never",
    elsewhere: "more-memory-first",
    otherModel: "smaller",
    keepsInstance: true,
  },
  missing: {
    outcome: "rejected",
    again: "when-listed",
    elsewhere: "yes",
    otherModel: "yes",
    keepsInstance: true,
  },
  unfit: { outcome: "rejected", again: "never", elsewhere: "no", otherModel: "yes", keepsInstance: true },
  unauthorized: {
    outcome: "rejected",
    again: "never",
    elsewhere: "yes",
    otherModel: "yes",
    keepsInstance: true,
  },
  misconfigured: {
    outcome: "rejected",
    again: "never",
    elsewhere: "yes",
    otherModel: "yes",
    keepsInstance: false,
  },
  broken: {
    outcome: "server-error",
    again: "never",
    elsewhere: "yes",
    otherModel: "yes",
    keepsInstance: false,
  },
  rejected: { outcome: "rejected", again: "never", elsewhere: "no", otherModel: "no", keepsInstance: false },
};

export function kindOf(error: BridgeError, hadFirstByte: boolean): FailureKind {
  if (coreErrors.is(error, "OLLAMA_PROCESSING_ERROR")) return kindOfProcessing(error);
  switch (error.code) {
    case "OLLAMA_CONNECTION_FAILED":
      return hadFirstByte ? "broken" : "unreachable";
    case "TIMEOUT_EXCEEDED":
      // The call's own deadline is handled before this: a look-up on the way hung.
      return "unreachable";
    case "OLLAMA_BUSY":
      return "busy";
    case "QUOTA_EXCEEDED":
      return "over-quota";
    case "MODEL_NOT_FOUND":
      return "missing";
    case "CONTEXT_EXCEEDED":
    case "CAPABILITY_UNSUPPORTED":
      return "unfit";
    case "UNAUTHORIZED":
      return "unauthorized";
    case "CONFIG_INVALID":
      return "misconfigured";
    default:
      return "rejected";
  }
}

/** What it belongs to counts before its status: a proxy's 404 says nothing about the request. */
function kindOfProcessing({ attributedTo, details }: BridgeError<string, { status?: number }>): FailureKind {
  const status = details?.status ?? 0;
  if (attributedTo === "front") return "broken";
  if (attributedTo === "text") return "rejected";
  if (attributedTo === "model") return "crashed";
  if (status < 400) return "broken";
  return status >= 500 ? "crashed" : "rejected";
}

/** Milliseconds after which a busy server may be asked again, where it told. */
export function retryAfterOf(error: BridgeError): number | undefined {
  return coreErrors.is(error, "OLLAMA_BUSY", "QUOTA_EXCEEDED") ? error.details?.retryAfter : undefined;
}

/** For the breakers: that nothing listens, or nobody who is trusted, opens them at once. */
export function observedOutcome(kind: FailureKind, error: BridgeError): AttemptObservation["outcome"] {
  const errno = coreErrors.is(error, "OLLAMA_CONNECTION_FAILED") ? error.details?.errno : undefined;
  if (kind === "unreachable" && (errno === "ECONNREFUSED" || errno === GUARDED)) return "refused";
  return failureRules[kind].outcome;
}
