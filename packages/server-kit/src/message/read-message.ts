import { exceedsJsonLimits, foundationErrors, isRecord, MAX_LINE_LENGTH } from "@ollama-bridge/foundation";
import { errorText } from "../tool/answer.ts";
import { ENDS, type Id, idInEnds } from "./id-in-ends.ts";

/** Values in one message. The SDK takes seconds over a million keys; a tool takes 100,000. */
const MAX_VALUES = 150_000;
/** Only a tool may be sent more: files and images come as its arguments. */
const MAX_OTHER_LENGTH = 1024 * 1024;

export const PARSE_ERROR = -32_700;
export const INVALID_REQUEST = -32_600;
export const SERVER_BUSY = -32_000;

/** The answer to a message that is not taken. */
export interface Refusal {
  jsonrpc: "2.0";
  id: Id;
  error: { code: number; message: string };
}

/** A refusal whose text says, as a tool's errors do, what happened and what to do next. */
export function refusal(id: Id, code: number, what: string, hint: string): Refusal {
  const message = errorText(foundationErrors.create("VALIDATION_ERROR", what, { hint }));
  return { jsonrpc: "2.0", id, error: { code, message } };
}

/**
 * The JSON of a message, or of a list of them, with all that is checked before the SDK looks at it; undefined for a
 * blank text. What is null and may be absent is left out.
 */
export function readMessage(text: string): { value: unknown } | { refused: Refusal } | undefined {
  const json = text.startsWith("\uFEFF") ? text.slice(1) : text;
  if (/^\s*$/.test(json.slice(0, ENDS)) && json.trim() === "") return undefined;
  if (exceedsJsonLimits(json, { maxValues: MAX_VALUES })) {
    const id = idInEnds(json.slice(0, ENDS), json.slice(-ENDS));
    const what = `The message has more than ${MAX_VALUES} values`;
    return {
      refused: refusal(id, INVALID_REQUEST, what, "Send fewer keys and list entries in one message."),
    };
  }
  let value: unknown;
  try {
    value = JSON.parse(json);
  } catch {
    const hint = "Send each message as one line of JSON, in UTF-8.";
    return { refused: refusal(null, PARSE_ERROR, "The message is not valid JSON", hint) };
  }
  const messages = Array.isArray(value) ? value : [value];
  if (json.length > MAX_OTHER_LENGTH && !messages.some((each) => at(each, ["method"]) === "tools/call")) {
    const what = `The message has ${json.length} characters, at most ${MAX_OTHER_LENGTH} are taken`;
    return {
      refused: refusal(idOf(value), INVALID_REQUEST, what, "Only the arguments of a tool may be longer."),
    };
  }
  for (const message of messages) {
    for (const { key, holder } of leftOut) withoutNull(at(message, holder), key);
    const tooLong = names.find((path) => isTooLong(at(message, path)));
    if (tooLong === undefined) continue;
    const what = `${tooLong.join(".")} has more than ${MAX_LINE_LENGTH} characters`;
    return { refused: refusal(idOf(message), INVALID_REQUEST, what, "Send a shorter one.") };
  }
  return { value };
}

/** Where null means that there is nothing. */
const leftOut = [
  { holder: [], key: "params" },
  { holder: ["params"], key: "arguments" },
  { holder: ["params"], key: "_meta" },
  { holder: ["params", "_meta"], key: "progressToken" },
];

/** What is looked up, or sent back as it came. */
const names = [
  ["id"],
  ["method"],
  ["params", "name"],
  ["params", "uri"],
  ["params", "requestId"],
  ["params", "_meta", "progressToken"],
  ["params", "ref", "name"],
  ["params", "ref", "uri"],
  ["params", "argument", "value"],
] as const;

const isTooLong = (value: unknown) => typeof value === "string" && value.length > MAX_LINE_LENGTH;

/** The id to answer a parsed message by. */
export function idOf(message: unknown): Id {
  const id = at(message, ["id"]);
  return typeof id === "number" || (typeof id === "string" && !isTooLong(id)) ? id : null;
}

/** What stands under these keys, one below the other. */
function at(value: unknown, keys: readonly string[]): unknown {
  let found = value;
  for (const key of keys) found = isRecord(found) ? found[key] : undefined;
  return found;
}

function withoutNull(holder: unknown, key: string): void {
  if (isRecord(holder) && holder[key] === null) delete holder[key];
}
