import { WireFault } from "./wire-fault.ts";

/** A real list of 5,000 models has 20,000; each costs up to a hundred bytes when it is parsed. */
const MAX_NODES = 500_000;

/** The deepest nesting of a piece that is passed on as it is. */
const MAX_DEPTH = 64;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPENING_BRACKET = 0x5b;
const OPENING_BRACE = 0x7b;

/** The value of a JSON text, after a byte order mark too. @throws WireFault */
export function parseJson(text: string): unknown {
  if (text.length > MAX_NODES && hasTooManyNodes(text))
    throw new WireFault(`sent JSON of more than ${MAX_NODES.toLocaleString("en")} lists and objects`);
  try {
    return JSON.parse(text.trim());
  } catch (cause) {
    throw new WireFault("sent something that is not JSON", { cause });
  }
}

function hasTooManyNodes(text: string): boolean {
  let nodes = 0;
  let inString = false;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (code === QUOTE) inString = !inString;
    else if (inString) {
      if (code === BACKSLASH) index++;
    } else if ((code === OPENING_BRACKET || code === OPENING_BRACE) && ++nodes > MAX_NODES) return true;
  }
  return false;
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
