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
  for (let index = 0; index < json.length; index++) {
    const character = json.charCodeAt(index);
    if (character === QUOTE) index = endOfString(json, index);
    else if (character === COMMA || character === OPENING_BRACKET || character === OPENING_BRACE) {
      values++;
      if (values > limit) return true;
    }
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
