import { isRecord } from "@ollama-bridge/foundation";
import { parseJson } from "./parse-json.ts";
import { type JsonObject, readCount, readTokens } from "./values.ts";
import { WireFault } from "./wire-fault.ts";

/** What an error body or line says, as far as it says it. */
export interface ServerMessage {
  /** The words inside all wrappings; empty when there are none. */
  message: string;
  /** The status that a line or a wrapped error has of its own. */
  ownStatus?: number;
  /** Tokens of the prompt that was refused. */
  promptTokens?: number;
  /** Tokens of the context that it met. */
  contextTokens?: number;
}

/** Ollama over llama-server puts JSON into the text of its own error; a cloud behind it wraps that once more. */
const MAX_WRAPPINGS = 8;

/** The keys that servers have for what went wrong, the first that says something counts. */
const ERROR_KEYS = [
  "error",
  "message",
  "detail",
  "details",
  "errors",
  "msg",
  "reason",
  "title",
  "error_description",
];

/** What an error body or line says: the message inside its JSON, else the title of a page or the first line. */
export function readServerMessage(error: unknown): ServerMessage {
  const found: ServerMessage = { message: "" };
  let inner = error;
  for (let wrapping = 0; wrapping < MAX_WRAPPINGS; wrapping++) {
    const unwrapped = typeof inner === "string" ? parsed(inner) : firstOf(inner);
    if (!isRecord(unwrapped)) break;
    noteFacts(found, unwrapped);
    const next = saying(unwrapped);
    if (next === undefined) break;
    inner = firstOf(next);
  }
  if (typeof inner !== "string") return found;
  return { ...found, message: inner === error ? firstLine(inner) : inner.trim() };
}

/**
 * Whether a line of a stream tells of a failure: by `error` in any case, else by another key that servers use where the
 * line brings no piece of an answer and does not end it.
 */
export function isErrorLine(line: JsonObject): boolean {
  if (line.error !== undefined && line.error !== null) return true;
  return !bringsSomething(line) && readServerMessage(line).message !== "";
}

/** Whether a line has a piece of an answer, its end, or the progress of a transfer. */
export function bringsSomething(line: JsonObject): boolean {
  const { response, thinking, message, done, status } = line;
  if (typeof response === "string" || typeof thinking === "string" || isRecord(message) || done !== undefined)
    return true;
  return typeof status === "string" && !/^(error|failed|failure)$/i.test(status);
}

const saying = (record: JsonObject): unknown =>
  ERROR_KEYS.map((key) => record[key]).find(
    (value) => isText(value) || isRecord(firstOf(value)) || isText(firstOf(value)),
  );

/** The first of several errors. */
const firstOf = (value: unknown): unknown => (Array.isArray(value) ? value[0] : value);

const isText = (value: unknown): value is string => typeof value === "string" && value.trim() !== "";

/** llama-server and Ollama's cloud tell in fields what others tell in words only. */
function noteFacts(found: ServerMessage, record: JsonObject): void {
  const ownStatus = [record.StatusCode, record.status_code, record.code, record.status]
    .map((value) => readCount(value))
    .find((status) => status !== undefined && status >= 400 && status < 600);
  const promptTokens = readTokens(record.n_prompt_tokens);
  const contextTokens = readTokens(record.n_ctx);
  if (ownStatus !== undefined) found.ownStatus ??= ownStatus;
  if (promptTokens !== undefined) found.promptTokens ??= promptTokens;
  if (contextTokens !== undefined) found.contextTokens ??= contextTokens;
}

/** What is in JSON, alone or after a few words. A text that only looks like JSON is itself the message. */
function parsed(text: string): unknown {
  const start = text.search(/[{[]/);
  if (start === -1 || start > MAX_WORDS_BEFORE) return undefined;
  try {
    const value = firstOf(parseJson(text.slice(start)));
    return isRecord(value) && (text.slice(0, start).trim() === "" || saying(value) !== undefined)
      ? value
      : undefined;
  } catch (error) {
    if (error instanceof WireFault) return undefined;
    throw error;
  }
}

/** `unexpected status 400: {"error": …}` */
const MAX_WORDS_BEFORE = 200;

function firstLine(text: string): string {
  const start = text.trim().slice(0, MAX_PAGE_CHARACTERS);
  if (!start.startsWith("<")) return start.split("\n")[0]?.trim() ?? "";
  const [, title = ""] = /<(?:title|h1)[^>]{0,200}>([^<]{1,500})</i.exec(start) ?? [];
  return title.trim() === "" ? "a page of HTML" : `a page of HTML: ${title.trim()}`;
}

const MAX_PAGE_CHARACTERS = 4_000;
