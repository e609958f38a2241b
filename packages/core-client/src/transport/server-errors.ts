import { type BridgeError, invalidArgument } from "@ollama-bridge/foundation";
import type { ServerMessage } from "../api/error-message.ts";
import { type CoreErrorDetails, coreErrors } from "../core-errors.ts";
import { shortened } from "./shortened.ts";
import { type Wording, wordings } from "./wordings.ts";

const MAX_RETRY_AFTER_MS = 7 * 24 * 3_600_000;

/** An error as a server told it; its message is without the keys. */
export interface ToldError extends ServerMessage {
  /** Of the HTTP answer; 200 for an error line inside a stream. */
  status: number;
  endpoint: string;
  /** The model that the request names. */
  model?: string | undefined;
  /** Whether it came in the JSON that Ollama and the servers like it send. @default true */
  isOwnShape?: boolean;
  /** The header's text. */
  retryAfter?: string;
}

/** What an error status, or an error line inside a stream, means and what it belongs to. */
export function errorFromServer(told: ToldError): BridgeError {
  const { endpoint, isOwnShape = true } = told;
  // A line inside a 200 may have a status of its own.
  const status = told.status < 400 ? (told.ownStatus ?? told.status) : told.status;
  const message = shortened(told.message) || `HTTP ${status}`;
  const details = { status: told.status, endpoint };
  const { wording, facts } = meaningOf(message, status);
  const hint = wording?.hint;
  if (
    (status === 402 && isOwnShape) ||
    wording?.code === "QUOTA_EXCEEDED" ||
    (status === 429 && isCloud(told))
  )
    return coreErrors.create("QUOTA_EXCEEDED", `The account's limit is reached: ${message}`, {
      details: { ...details, ...waitOf(told) },
    });
  if (status === 401 || status === 403 || wording?.code === "UNAUTHORIZED")
    return coreErrors.create("UNAUTHORIZED", `Ollama refused: ${message}`, { details, hint });
  if (status === 429 || status === 503 || wording?.code === "OLLAMA_BUSY") return busy(told, message);
  switch (wording?.code) {
    case "CONTEXT_EXCEEDED":
      return coreErrors.create(wording.code, message, {
        details: { ...details, ...contextDetails(told, facts) },
      });
    case "CAPABILITY_UNSUPPORTED":
      return coreErrors.create(wording.code, message, {
        details: { ...details, ...capabilityDetails(told, wording, facts) },
      });
    case "MODEL_NOT_FOUND":
      return coreErrors.create(wording.code, message, { details: { ...details, ...modelOf(told) }, hint });
    case "VALIDATION_ERROR":
      return refusedArgument(message, wording, facts);
  }
  const how = told.status < 400 ? "failed while answering" : `answered ${told.status}`;
  return coreErrors.create("OLLAMA_PROCESSING_ERROR", `Ollama ${how}: ${message}`, {
    details: wording?.cause === undefined ? details : { ...details, cause: wording.cause },
    attributedTo: wording?.attributedTo ?? (isOwnShape ? undefined : "front"),
    hint,
  });
}

type Facts = Readonly<Record<string, string | undefined>>;

function meaningOf(message: string, status: number): { wording?: Wording; facts: Facts } {
  for (const wording of wordings) {
    if (wording.status !== undefined && wording.status !== status) continue;
    const match = wording.says.exec(message);
    if (match !== null) return { wording, facts: match.groups ?? {} };
  }
  return { facts: {} };
}

/** Fields count before words, which not every version has. */
function contextDetails(
  { promptTokens, contextTokens }: ToldError,
  facts: Facts,
): CoreErrorDetails["CONTEXT_EXCEEDED"] {
  const count = (text: string | undefined) => (text === undefined ? undefined : Number(text));
  const prompt = promptTokens ?? count(facts.prompt);
  const context = contextTokens ?? count(facts.context);
  const excess = count(facts.excess);
  return {
    ...(prompt === undefined ? {} : { tokens_estimated: prompt }),
    ...(context === undefined ? {} : { context_length: context }),
    ...(excess === undefined ? {} : { excess_tokens: excess }),
  };
}

/** Ollama's words for its capabilities, by the words of errors. */
const capabilityNames: Readonly<Record<string, string>> = {
  embeddings: "embedding",
  multimodal: "vision",
  images: "vision",
  generate: "completion",
  chat: "completion",
};

function capabilityDetails(
  told: ToldError,
  wording: Wording,
  facts: Facts,
): CoreErrorDetails["CAPABILITY_UNSUPPORTED"] {
  const word = facts.capability?.toLowerCase() ?? wording.capability;
  const capability = word === undefined ? undefined : (capabilityNames[word] ?? word);
  return { ...modelOf(told), ...(capability === undefined ? {} : { capability }) };
}

const modelOf = ({ model }: ToldError) => (model === undefined ? {} : { model });

/** Ollama names the parameter in the text, or not at all. */
function refusedArgument(
  message: string,
  { path = "" }: Wording,
  { argument = "request" }: Facts,
): BridgeError {
  return invalidArgument(
    path.replace("$", () => argument),
    `Ollama refused it: ${message}`,
  );
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

/** Whether the model is one of Ollama's cloud, whichever server passes it on. */
function isCloud({ model = "", endpoint }: ToldError): boolean {
  return /[-:]cloud$/.test(model) || /^https:\/\/([\w-]+\.)?ollama\.com[:/]/.test(endpoint);
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
