import { type Attribution, type BridgeError, invalidArgument } from "@ollama-bridge/foundation";
import { type CoreErrorDetails, coreErrors, type ServerFault } from "../core-errors.ts";
import { shortened } from "./shortened.ts";

const MAX_RETRY_AFTER_MS = 7 * 24 * 3_600_000;

/** An error as a server told it. */
export interface ToldError {
  /** Of the HTTP answer; 200 for an error line inside a stream. */
  status: number;
  endpoint: string;
  /** What the server says, without the keys. */
  message: string;
  /** Whether it came in the JSON that Ollama and the servers like it send. @default true */
  isOwnShape?: boolean;
  /** The header's text. */
  retryAfter?: string;
}

/** What a text means, wherever its status leaves that open. */
interface Wording {
  says: RegExp;
  code:
    | "VALIDATION_ERROR"
    | "CONTEXT_EXCEEDED"
    | "CAPABILITY_UNSUPPORTED"
    | "QUOTA_EXCEEDED"
    | "MODEL_NOT_FOUND"
    | "OLLAMA_PROCESSING_ERROR";
  /** Only with this status. */
  status?: number;
  /** What went wrong at the server, for those who go on by it. */
  cause?: ServerFault;
  /** Where it is not what the code says. */
  attributedTo?: Attribution;
}

/**
 * Every wording that has a meaning, the first that fits counts: Ollama up to 0.25, Ollama 0.3x over llama-server, the MLX
 * runner, the cloud. This is the one place where the text of an error decides anything; all others read fields.
 */
const wordings: readonly Wording[] = [
  {
    code: "CONTEXT_EXCEEDED",
    says: /exceed(s|ed)? (the |max |the model's )?(available |maximum )?context (length|size)|prompt too long/i,
  },
  {
    code: "VALIDATION_ERROR",
    says: /\boption "[^"]*" must be of type|invalid option|\btime: (invalid|unknown|missing) |invalid JSON schema|failed to parse grammar/i,
  },
  { code: "CAPABILITY_UNSUPPORTED", says: /does not support/i },
  {
    code: "QUOTA_EXCEEDED",
    says: /\b(weekly|daily|hourly|monthly|session) (usage )?limit|usage limit|quota exceeded|exceeded your .*quota/i,
  },
  { code: "MODEL_NOT_FOUND", status: 404, says: /model/i },
  {
    code: "OLLAMA_PROCESSING_ERROR",
    says: /no space left|disk full|ENOSPC/i,
    cause: "disk-full",
  },
  {
    code: "OLLAMA_PROCESSING_ERROR",
    says: /(runner|llama-server) process|out of memory|requires more system memory|error parsing tool call/i,
    cause: "runner-failed",
    attributedTo: "model",
  },
  {
    code: "OLLAMA_PROCESSING_ERROR",
    says: /unsupported value: NaN|failed to (decode|process|load) image/i,
    cause: "input-refused",
    attributedTo: "text",
  },
];

/** What an error status, or an error line inside a stream, means and what it belongs to. */
export function errorFromServer(told: ToldError): BridgeError {
  const { status, endpoint, isOwnShape = true } = told;
  const message = shortened(told.message) || `HTTP ${status}`;
  const details = { status, endpoint };
  const wording = wordings.find(
    ({ says, status: only }) => says.test(message) && (only === undefined || only === status),
  );
  if (status === 401 || status === 403)
    return coreErrors.create("UNAUTHORIZED", `Ollama refused: ${message}`, { details });
  if (status === 402 || wording?.code === "QUOTA_EXCEEDED")
    return coreErrors.create("QUOTA_EXCEEDED", `The account's limit is reached: ${message}`, {
      details: { ...details, ...waitOf(told) },
    });
  if (status === 429 || status === 503) return busy(told, message);
  switch (wording?.code) {
    case "CONTEXT_EXCEEDED":
    case "CAPABILITY_UNSUPPORTED":
    case "MODEL_NOT_FOUND":
      return coreErrors.create(wording.code, message, { details });
    case "VALIDATION_ERROR":
      return refusedArgument(message);
  }
  const how = status < 400 ? "failed while answering" : `answered ${status}`;
  return coreErrors.create("OLLAMA_PROCESSING_ERROR", `Ollama ${how}: ${message}`, {
    details: wording?.cause === undefined ? details : { ...details, cause: wording.cause },
    attributedTo: wording?.attributedTo ?? (isOwnShape ? undefined : "front"),
  });
}

function busy(told: ToldError, message: string): BridgeError {
  const { status, endpoint } = told;
  const wait = waitOf(told);
  return coreErrors.create("OLLAMA_BUSY", `Ollama is busy: ${message}`, {
    details: { status, endpoint, ...wait },
    hint: wait.retryAfter
      ? `Try again in ${Math.ceil(wait.retryAfter / 1000)} s, or use another instance.`
      : undefined,
  });
}

/** Ollama names the option in the text only. */
function refusedArgument(message: string): BridgeError {
  const [, option] = /\boption "([^"]*)"/.exec(message) ?? [];
  const path = option === undefined ? "request" : `options.${option}`;
  return invalidArgument(path, `Ollama refused it: ${message}`);
}

/** A Retry-After header, seconds or an HTTP date, as milliseconds from now. */
function waitOf({ retryAfter }: ToldError): Pick<CoreErrorDetails["OLLAMA_BUSY"], "retryAfter"> {
  if (retryAfter === undefined || retryAfter.trim() === "") return {};
  const seconds = Number(retryAfter);
  const waitMs = Number.isFinite(seconds) ? seconds * 1000 : Date.parse(retryAfter) - Date.now();
  return Number.isFinite(waitMs)
    ? { retryAfter: Math.min(MAX_RETRY_AFTER_MS, Math.max(0, Math.round(waitMs))) }
    : {};
}
