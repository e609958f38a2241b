/** Control characters and those that change the direction of text, but for newlines and tabs. */
const CONTROL = /(?!\n|\t|\r\n)[\p{Cc}\p{Bidi_Control}\u2028\u2029\u206a-\u206f\ufff9-\ufffb]/gu;

/**
 * Shows every character of a text that steers a terminal as `\uXXXX`; newlines and tabs stay. JSON that
 * goes through it keeps its meaning, because the escapes are JSON's own.
 */
export function visible(text: string): string {
  return text.replace(CONTROL, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** Does what `visible` does, on one line. */
export function visibleLine(text: string): string {
  return visible(text.replace(/[\r\n\t\u2028\u2029]+/g, " "));
}

/** Returns the beginning of a text of more than so many characters, with an ellipsis for the rest. */
export function cut(text: string, maxCharacters: number): string {
  return text.length > maxCharacters ? `${text.slice(0, maxCharacters - 1)}…` : text;
}

/** Makes a text of somebody else's fit for a log or a terminal: on one line, not long, with nothing in it that steers a terminal. */
export function shortLine(text: string, maxCharacters = 200): string {
  return visibleLine(cut(text, maxCharacters));
}

const MAX_DATA_CHARACTERS = 120;
/** What no reader and no Markdown takes for anything but a name. */
const NAME = /^[\p{L}\p{N}][\p{L}\p{N}._:/@+-]*$/u;

/**
 * Shows a name or a description that a server sent as data in Markdown that a model reads: on one line, at most 120 characters,
 * and in a code span unless it is a plain name.
 */
export function asData(text: string): string {
  const line = visibleLine(text).trim();
  const short = cut(line, MAX_DATA_CHARACTERS);
  if (NAME.test(short)) return short;
  const longest = Math.max(0, ...(short.match(/`+/g) ?? []).map((run) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${fence} ${short} ${fence}`;
}
