const QUOTE = 0x22;
const COMMA = 0x2c;
const OPENING_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const OPENING_BRACE = 0x7b;

/** How much a JSON text may hold. */
export interface JsonLimits {
  /** Lists, objects and commas: as many values, or a few more. */
  maxValues: number;
  /** Lists and objects. @default maxValues */
  maxContainers?: number;
}

/**
 * Whether a JSON text holds too much to be parsed. Parsing takes about twenty times its size where it is nothing but
 * brackets, and longer still for keys, so this is known before.
 */
export function exceedsJsonLimits(
  json: string,
  { maxValues, maxContainers = maxValues }: JsonLimits,
): boolean {
  // Every value takes two characters.
  if (json.length / 2 < Math.min(maxContainers, maxValues)) return false;
  let containers = 0;
  let commas = 0;
  for (let index = 0; index < json.length; index++) {
    const character = json.charCodeAt(index);
    if (character === QUOTE) index = endOfString(json, index);
    else if (character === COMMA) commas++;
    else if (character === OPENING_BRACKET || character === OPENING_BRACE) containers++;
    else continue;
    if (containers > maxContainers || containers + commas > maxValues) return true;
  }
  return false;
}

/** Where the string that begins at `start` ends; the end of the text for one that does not end. */
function endOfString(json: string, start: number): number {
  for (let end = json.indexOf('"', start + 1); end !== -1; end = json.indexOf('"', end + 1)) {
    let unescaped = end;
    while (json.charCodeAt(unescaped - 1) === BACKSLASH) unescaped--;
    if ((end - unescaped) % 2 === 0) return end;
  }
  return json.length;
}
