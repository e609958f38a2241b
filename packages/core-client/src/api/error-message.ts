import { isRecord } from "@ollama-bridge/foundation";
import { parseJson } from "./parse-json.ts";
import { WireFault } from "./wire-fault.ts";

/** Ollama over llama-server puts JSON into the text of its own error. */
const MAX_WRAPPINGS = 4;

/** What an error body or line says: the message inside its JSON, else its first line; empty when it says nothing. */
export function errorMessage(error: unknown): string {
  let inner = error;
  for (let wrapping = 0; wrapping < MAX_WRAPPINGS; wrapping++) {
    const unwrapped = typeof inner === "string" ? parsed(inner) : inner;
    if (!isRecord(unwrapped)) break;
    const next = [unwrapped.error, unwrapped.message].find((value) => isRecord(value) || isText(value));
    if (next === undefined) break;
    inner = next;
  }
  if (typeof inner !== "string") return "";
  return inner === error ? (inner.trim().split("\n")[0] ?? "") : inner.trim();
}

const isText = (value: unknown) => typeof value === "string" && value.trim() !== "";

/** A text that only looks like JSON is itself the message. */
function parsed(text: string): unknown {
  if (!text.trimStart().startsWith("{")) return undefined;
  try {
    return parseJson(text);
  } catch (error) {
    if (error instanceof WireFault) return undefined;
    throw error;
  }
}
