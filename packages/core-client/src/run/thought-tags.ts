/** A tag that parts thoughts from an answer, where it stands in a text. */
export interface ThoughtTag {
  opens: boolean;
  start: number;
  end: number;
}

/** What models and their templates put around their thoughts. */
const NAMES = ["think", "thinking", "thought", "reasoning"];
export const openTags = [...NAMES.map((name) => `<${name}>`), "[think]"];
export const closeTags = [...NAMES.map((name) => `</${name}>`), "[/think]"];

const TAG = /<(\/?)(?:think|thinking|thought|reasoning)>|\[(\/?)think\]/gi;
/** What stands around a tag that is talked about. */
const QUOTES = /["'\u201c\u201d\u2018\u2019`]/;

/** Whether the text has such a tag anywhere: a quick look before a thorough one. */
export const mayHaveTags = (text: string) => text.search(TAG) !== -1;

/**
 * The first tag at or after `from` that is one, and not text about one: outside code and not in quotes. While a text still
 * grows, code that has been opened is code.
 */
export function firstTag(text: string, from: number, stillGrows: boolean): ThoughtTag | undefined {
  for (const tag of tagsFrom(text, from, stillGrows)) return tag;
  return undefined;
}

/** All of these tags in a whole text, in their order. */
export const allTags = (text: string): ThoughtTag[] => [...tagsFrom(text, 0, false)];

function* tagsFrom(text: string, from: number, stillGrows: boolean): Generator<ThoughtTag> {
  const tag = new RegExp(TAG);
  tag.lastIndex = from;
  let code: [start: number, end: number][] | undefined;
  let next = 0;
  for (let match = tag.exec(text); match !== null; match = tag.exec(text)) {
    const [start, end] = [match.index, match.index + match[0].length];
    const isQuoted = QUOTES.test(text[start - 1] ?? "") && QUOTES.test(text[end] ?? (stillGrows ? '"' : ""));
    if (isQuoted) continue;
    code ??= codeIn(text, stillGrows);
    while ((code[next]?.[1] ?? Number.POSITIVE_INFINITY) <= start) next++;
    if ((code[next]?.[0] ?? Number.POSITIVE_INFINITY) < end) continue;
    yield { opens: !(match[1] || match[2]), start, end };
  }
}

const FENCE = /^ {0,3}(`{3,90}|~{3,90})(.*)$/;
const INLINE_CODE = /(`{1,10})[^`\n]{1,200}\1/g;

/** Where code stands, by one look at each line: a server may send a text that is nothing but fences. */
function codeIn(text: string, stillGrows: boolean): [number, number][] {
  const ranges: [number, number][] = [];
  let fence: { mark: string; start: number } | undefined;
  let start = 0;
  for (const line of text.split("\n")) {
    const [, mark = "", rest = ""] = FENCE.exec(line.slice(0, 200)) ?? [];
    if (fence !== undefined) {
      if (mark.startsWith(fence.mark) && rest.trim() === "") {
        ranges.push([fence.start, start + line.length]);
        fence = undefined;
      }
    } else if (mark !== "" && !rest.includes("`")) fence = { mark, start };
    else
      for (const { index, 0: code } of line.matchAll(INLINE_CODE))
        ranges.push([start + index, start + index + code.length]);
    start += line.length + 1;
  }
  if (!stillGrows) return ranges;
  const lastEnd = ranges.at(-1)?.[1] ?? 0;
  const lineStart = text.lastIndexOf("\n") + 1;
  const opened = fence?.start ?? text.indexOf("`", Math.max(lastEnd, lineStart));
  if (opened !== -1) ranges.push([opened, text.length]);
  return ranges;
}

/** Whether nothing else stands on the tag's line. */
export function isAlone(text: string, { start, end }: ThoughtTag): boolean {
  return (
    /(^|\n)[ \t]*$/.test(text.slice(Math.max(0, start - 80), start)) &&
    /^[ \t]*(\r?\n|$)/.test(text.slice(end, end + 80))
  );
}
