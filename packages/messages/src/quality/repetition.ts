/** Loops in a text: what a model says over and over until somebody stops it. */

const LINE_PERIOD = 20;
const WORD_PERIOD = 60;
const TIMES = 5;
/** A list may well say the same a few times. */
const TIMES_IN_LIST = 20;
const WORDS = 10;

const listMark = /^\s*(?:[-*+]|\d+[.)])\s+/;
const words =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]|[^\s\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]+/gu;
/** A word: neither a number nor a single sign. */
const speaks = /\p{L}{2}|\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Thai}/u;
/** One character, fifty times; rules, dots and digits are repeated for good reasons. */
const sameCharacter = /([^\s\d\-=_*.#~+─━═│┃|/\\·•<>])\1{49,}/u;

/** The first loop in a text without code and tables, in words; undefined when there is none. */
export function findLoop(text: string): string | undefined {
  const lines = text.split("\n").map((line, index) => ({ line: index + 1, text: line.trim() }));
  const spoken = lines.filter(({ text: each }) => speaks.test(each) && !each.startsWith("|"));
  const again = findRepetition(
    spoken.map(({ text: each }) => each.replace(listMark, "")),
    LINE_PERIOD,
    (at) => (listMark.test(spoken[at]?.text ?? "") ? TIMES_IN_LIST : TIMES),
  );
  if (again !== undefined)
    return `${quote(again.what.join(" / "))} is repeated ${again.times} times from line ${spoken[again.at]?.line} on`;
  for (const { line, text: each } of lines) {
    const run = sameCharacter.exec(each);
    if (run !== null) return `${quote(run[1] ?? "")} is repeated ${run[0].length} times on line ${line}`;
    const phrase = each.startsWith("|") ? undefined : repeatedPhrase(each);
    if (phrase !== undefined)
      return `${quote(phrase.what.join(" "))} is repeated ${phrase.times} times on line ${line}`;
  }
  return undefined;
}

function repeatedPhrase(line: string): Repetition | undefined {
  const said = line.match(words) ?? [];
  if (said.length < WORDS) return undefined;
  const found = findRepetition(said, WORD_PERIOD, (_at, period) =>
    Math.max(TIMES, Math.ceil(WORDS / period)),
  );
  return found?.what.some((word) => speaks.test(word)) ? found : undefined;
}

interface Repetition {
  at: number;
  what: string[];
  times: number;
}

/** The shortest sequence that follows itself often enough. */
function findRepetition(
  items: string[],
  longest: number,
  timesNeeded: (at: number, period: number) => number,
): Repetition | undefined {
  const numbers = new Map<string, number>();
  const sequence = items.map((item) => {
    const number = numbers.get(item) ?? numbers.size;
    numbers.set(item, number);
    return number;
  });
  for (let period = 1; period <= longest && period * 2 <= sequence.length; period++) {
    for (let start = 0, at = period; at <= sequence.length; at++) {
      if (at < sequence.length && sequence[at] === sequence[at - period]) continue;
      const times = Math.floor((at - start) / period);
      if (times > 1 && times >= timesNeeded(start, period))
        return { at: start, what: items.slice(start, start + period), times };
      start = at - period + 1;
    }
  }
  return undefined;
}

const quote = (text: string) => JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
