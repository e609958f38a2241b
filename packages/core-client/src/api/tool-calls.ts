import { isRecord } from "@ollama-bridge/foundation";
import { isShallow, parseJson } from "./parse-json.ts";
import { type JsonObject, readCount, readShortText } from "./values.ts";
import { WireFault } from "./wire-fault.ts";

/** A call of a tool that a model wants to be made. */
export interface ToolCall {
  id?: string | undefined;
  function: { index?: number | undefined; name: string; arguments: JsonObject };
}

/** More calls in one message are no work that anybody does. */
const MAX_CALLS = 1_000;
const MAX_ID_CHARACTERS = 200;
const MAX_NAME_CHARACTERS = 256;

/** The calls of a message, and how many could not be read. The arguments may be an object or JSON text of one. */
export function readToolCalls(value: unknown): { calls: ToolCall[]; unreadable: number } {
  if (value === undefined || value === null) return { calls: [], unreadable: 0 };
  if (!Array.isArray(value)) return { calls: [], unreadable: 1 };
  const calls = value.slice(0, MAX_CALLS).flatMap((item) => readToolCall(item) ?? []);
  return { calls, unreadable: value.length - calls.length };
}

function readToolCall(value: unknown): ToolCall | undefined {
  if (!isRecord(value) || !isRecord(value.function)) return undefined;
  const { name, index } = value.function;
  const args = readArguments(value.function.arguments);
  if (typeof name !== "string" || name === "" || name.length > MAX_NAME_CHARACTERS) return undefined;
  if (args === undefined) return undefined;
  const id = readShortText(value.id, MAX_ID_CHARACTERS);
  return {
    ...(id ? { id } : {}),
    function: { ...(index === undefined ? {} : { index: readCount(index) }), name, arguments: args },
  };
}

/** A tool without parameters is called with nothing at all. */
function readArguments(value: unknown): JsonObject | undefined {
  if (value === undefined || value === null || value === "") return {};
  const args = typeof value === "string" ? parsed(value) : value;
  return isRecord(args) && isShallow(args) ? args : undefined;
}

function parsed(text: string): unknown {
  try {
    return parseJson(text);
  } catch (error) {
    if (error instanceof WireFault) return undefined;
    throw error;
  }
}
