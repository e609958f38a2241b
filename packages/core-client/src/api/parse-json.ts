import { exceedsJsonLimits, type JsonLimits } from "@ollama-bridge/foundation";
import { WireFault } from "./wire-fault.ts";

/** The deepest nesting of a piece that is passed on as it is. */
const MAX_DEPTH = 64;

/** A real list of 5,000 models has 150,000 values. */
const LOOKUP_LIMITS: JsonLimits = { maxValues: 250_000 };

/** The value of a JSON text, after a byte order mark too. @throws WireFault */
export function parseJson(text: string, limits = LOOKUP_LIMITS): unknown {
  if (exceedsJsonLimits(text, limits)) throw new WireFault("sent JSON with more values than any answer has");
  try {
    return JSON.parse(text.trim());
  } catch (cause) {
    throw new WireFault("sent something that is not JSON", { cause });
  }
}

/** Whether a parsed value is nested no deeper than what is passed on may be; looked at without recursion. */
export function isShallow(value: object): boolean {
  let level = [value];
  for (let depth = 1; depth <= MAX_DEPTH; depth++) {
    const next: object[] = [];
    for (const item of level)
      for (const child of Object.values(item))
        if (typeof child === "object" && child !== null) next.push(child);
    if (next.length === 0) return true;
    level = next;
  }
  return false;
}
