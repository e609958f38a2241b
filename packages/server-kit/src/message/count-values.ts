const QUOTE = 0x22;
const COMMA = 0x2c;
const OPENING_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const OPENING_BRACE = 0x7b;

/**
 * Whether a JSON text has more than `limit` lists, objects and commas: as many values, or a few more. Parsing a text
 * takes about twenty times its size where it is nothing but brackets, so this is known before.
 */
export function hasMoreValues(json: string, limit: number): boolean {
  let values = 0;
  let inString = false;
  for (let index = 0; index < json.length; index++) {
    const character = json.charCodeAt(index);
    if (inString) {
      if (character === BACKSLASH) index++;
      else if (character === QUOTE) inString = false;
    } else if (character === QUOTE) inString = true;
    else if (character === COMMA || character === OPENING_BRACKET || character === OPENING_BRACE) {
      values++;
      if (values > limit) return true;
    }
  }
  return false;
}
