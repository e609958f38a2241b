/** How lines of text end. Only their last thousand characters are looked at. */
const tailOf = (line: string) => line.slice(-1000).trimEnd();

/** What may stand after a full stop: a quote, a bracket, markup, the mark of a footnote. */
const closer = /(?:[\p{Pe}\p{Pf}\p{Pi}"'`*_~\s¹²³⁰-⁹]|\[\^?[\w,; -]{1,24}\])$/u;
const MAX_CLOSER_LENGTH = 27;

/** One after the other from the end: a pattern for all of them would begin anew at each. */
function withoutClosers(line: string): string {
  let end = line.length;
  for (let found = closer.exec(line.slice(-MAX_CLOSER_LENGTH)); found !== null; ) {
    end -= found[0].length;
    found = closer.exec(line.slice(Math.max(0, end - MAX_CLOSER_LENGTH), end));
  }
  return line.slice(0, end);
}

/** A full stop in any script. */
export function endsSentence(line: string): boolean {
  const bare = withoutClosers(tailOf(line));
  // A Greek question mark looks like a semicolon.
  return /[\p{Sentence_Terminal}…⋯]$/u.test(bare) || (bare.endsWith(";") && /\p{Script=Greek}/u.test(bare));
}

const otherEnds = [
  /`$/, // code
  /(?:\$|\\\)|\\\])$/, // a formula
  /(?:https?:\/\/|www\.|\S@)\S+$/i, // an address
  /\]\([^()\s]*\)$/, // a link
  /(?:^|\s)[#@][\p{L}\p{N}_]+$/u, // a tag, a name
  /<\/?[a-z][^<>]*>$/i, // HTML
  /(?:\p{Extended_Pictographic}|\p{Emoji_Modifier}|\p{Regional_Indicator}|\ufe0f|\u20e3)$/u, // emoji
  /(?:^|\s)[:;=]['-]?[()DPp]$|:[\w+-]+:$/, // the same in letters
  /^\*\*[^*]+\*\*$|^__[^_]+__$/, // a line in bold, which stands for a heading
  /^\[[^\]]*\]$/, // a placeholder
  /[\p{Script=Thai}\p{Script=Lao}\p{Script=Tibetan}]$/u, // scripts without a full stop
];

/** Whether the line ends as text ends: with a sentence, or with what no full stop follows. */
export function isEnded(line: string): boolean {
  return endsSentence(line) || otherEnds.some((end) => end.test(tailOf(line)));
}

const endsWithMark = /[,:،、，：；([{„–—]$|\p{L}-$/u;
/** Words that hardly anything of three words or more ends with, no title and no item of a list. */
const endsWithWord = new RegExp(
  `(?:^|\\s)(?:${[
    "a an the my your our their its whose very and or but nor because although whereas unless than into",
    "of to with for from by as is are was were been be have has had will would can could should must may might",
    "that which who when if while between during",
  ]
    .join(" ")
    .replaceAll(" ", "|")})$`,
);

/** Whether the line ends where no text does, not even a heading: at a comma, after "the", in an open bracket. */
export function breaksOff(line: string): boolean {
  const tail = tailOf(line);
  if (isEnded(line)) return (tail.match(/`/g)?.length ?? 0) % 2 === 1;
  const bracket = tail.lastIndexOf("(");
  const inBrackets =
    bracket > tail.lastIndexOf(")") &&
    /\p{L}/u.test(tail.slice(bracket)) &&
    !/[:;=]'?-?$/.test(tail.slice(0, bracket));
  return (
    inBrackets ||
    endsWithMark.test(tail) ||
    (endsWithWord.test(tail) && countWords(tail) >= 3) ||
    /(?:^|[\s(])\*\*[^\s*][^*]*$/.test(tail) ||
    (tail.match(/`/g)?.length ?? 0) % 2 === 1
  );
}

/** Signs of a command, a formula or code that stands there without a fence. */
const notProse = /[={}|<>$\\]|(?:^|\s)--?\w|\w_\w|\w\(\)|\/\w+\//;

/** Whether the line is a sentence that has no end; a few words are an answer, a name or a title. */
export function isOpenSentence(line: string): boolean {
  const words = line.replaceAll(/`[^`]*`/g, "code");
  return !isEnded(line) && !notProse.test(words) && countWords(words) >= 5;
}

/** Scripts that put no space between words. */
const unspaced =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/gu;

/** Words, or two for every three characters where no spaces part them. */
export function countWords(text: string): number {
  const characters = text.match(unspaced)?.length ?? 0;
  const words = text.replaceAll(unspaced, " ").match(/\p{L}[\p{L}\p{M}\p{N}'’-]*/gu)?.length ?? 0;
  return words + characters / 1.5;
}

/** The full stop of the script that the text ends in. */
export function fullStopFor(text: string): string {
  const [last = ""] = /\p{L}(?=\P{L}*$)/u.exec(text.slice(-100)) ?? [];
  if (/[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]/u.test(last)) return "。";
  return /\p{Script=Devanagari}/u.test(last) ? "।" : ".";
}
