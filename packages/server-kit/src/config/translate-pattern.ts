/** A part of a pattern that cannot be run in linear time, or is not known to the engine that does. */
export interface Unsupported {
  unsupported: string;
}

/** What a pattern of JavaScript is made of, with the flag `u`: outside of brackets, and inside. */
const outside =
  /\\ud[89ab]..\\ud[c-f]..|\\u\{[^}]*\}|\\u....|\\x..|\\c.|\\p\{[^}]*\}|\\k<[^>]*>|\\[1-9]\d*|\\.|\(\?<?[=!]|\(\?<[^>]*>|\(\?[a-z-]+:|\[\^?\]?|./isuy;
const inside = /\\ud[89ab]..\\ud[c-f]..|\\u\{[^}]*\}|\\u....|\\x..|\\c.|\\p\{[^}]*\}|\\.|./isuy;

/** White space as JavaScript knows it, as pairs from and to; the engine's `\s` is ASCII only. */
const WHITE_SPACE = [
  [0x9, 0xd],
  [0x20, 0x20],
  [0xa0, 0xa0],
  [0x1680, 0x1680],
  [0x2000, 0x200a],
  [0x2028, 0x2029],
  [0x202f, 0x202f],
  [0x205f, 0x205f],
  [0x3000, 0x3000],
  [0xfeff, 0xfeff],
] as const;

const code = (point: number) => `\\x{${point.toString(16)}}`;
const space = WHITE_SPACE.map(([from, to]) => `${code(from)}-${code(to)}`).join("");
const notSpace = [...WHITE_SPACE, [0x110000, 0x110000] as const]
  .map(([from], index) => `${code((WHITE_SPACE[index - 1]?.[1] ?? -1) + 1)}-${code(from - 1)}`)
  .join("");

/**
 * A regular expression as JavaScript reads it with the flags `iu`, in the syntax of RE2. The pattern must be a valid one
 * of JavaScript: what this does not know stays as it is.
 */
export function translatePattern(pattern: string): string | Unsupported {
  let translated = "";
  let inClass = false;
  for (let at = 0; at < pattern.length; ) {
    const tokens: RegExp = inClass ? inside : outside;
    tokens.lastIndex = at;
    const token: string = tokens.exec(pattern)?.[0] ?? pattern.slice(at);
    at += token.length;
    const part = inClass ? partOfClass(token) : partOutside(token);
    if (typeof part === "object") return part;
    translated += part;
    if (inClass) inClass = token !== "]";
    else inClass = token === "[" || token === "[^";
  }
  return translated;
}

function partOfClass(token: string): string | Unsupported {
  if (token === "\\s") return space;
  if (token === "\\S") return notSpace;
  if (token === "\\b") return "\\x08";
  // A bracket inside brackets is itself; the engine would take some for the name of a class.
  if (token === "[") return "\\[";
  return translateEscape(token);
}

function partOutside(token: string): string | Unsupported {
  if (token === "\\s") return `[${space}]`;
  if (token === "\\S") return `[^${space}]`;
  if (token === ".") return "[^\\n\\r\\x{2028}\\x{2029}]";
  if (token === "[]") return "[^\\x{0}-\\x{10ffff}]";
  if (token === "[^]") return "[\\x{0}-\\x{10ffff}]";
  if (/^\(\?<?[=!]$/.test(token))
    return { unsupported: `${token.includes("<") ? "look-behind" : "look-ahead"} ${token}…)` };
  if (/^\\(?:[1-9]|k<)/.test(token)) return { unsupported: `back-reference ${token}` };
  // Nothing refers to a group, so none needs its name.
  if (token.startsWith("(?<")) return "(?:";
  // A dot would have to know whether it stands inside.
  if (/^\(\?[im]*s/.test(token)) return { unsupported: token };
  return translateEscape(token);
}

function translateEscape(token: string): string {
  if (token.startsWith("\\u{")) return `\\x${token.slice(2)}`;
  if (token.startsWith("\\u")) {
    const units = token.split("\\u").slice(1);
    const character = String.fromCharCode(...units.map((unit) => Number.parseInt(unit, 16)));
    return code(character.codePointAt(0) ?? 0);
  }
  if (token.startsWith("\\c")) return code((token.codePointAt(2) ?? 0) % 32);
  if (token === "\\0") return "\\x00";
  // The engine knows scripts and categories by their names alone.
  return token.replace(/^(\\[pP]\{)(?:Script|sc|General_Category|gc)=/, "$1");
}
