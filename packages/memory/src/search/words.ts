/** A word longer than this is cut, in what is stored and in what is asked for alike. */
const MAX_WORD = 100;
/** The first words of a text are indexed as they come, those after them once each. */
const COUNTED_WORDS = 10_000;
/** An index can hold no more of one text. */
const MAX_INDEXED_BYTES = 262_144;

// Scripts that put no spaces between words.
const unspaced =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]+/gu;
const word = /[\p{L}\p{N}\p{M}]+/gu;

/**
 * The words of a text as both stores index them: lower case, without accents, pairs of neighboring characters
 * where a script has no spaces. Nothing else is in them, so no operator or quote of a search language survives.
 */
export function* wordsOf(text: string): Generator<string> {
  const plain = text
    .normalize("NFKD")
    .replace(/[\u0300-\u036f]/g, "")
    .normalize("NFC")
    .toLowerCase();
  for (const [run] of plain.matchAll(word)) {
    let end = 0;
    for (const match of run.matchAll(unspaced)) {
      if (match.index > end) yield run.slice(end, match.index).slice(0, MAX_WORD);
      yield* pairs([...match[0]]);
      end = match.index + match[0].length;
    }
    if (end < run.length) yield run.slice(end, end + MAX_WORD);
  }
}

function* pairs(characters: string[]): Generator<string> {
  if (characters.length === 1) yield characters.join("");
  for (let index = 0; index + 1 < characters.length; index++)
    yield `${characters[index]}${characters[index + 1]}`;
}

/** The text that goes into the index. */
export function indexText(text: string): string {
  const words: string[] = [];
  const seen = new Set<string>();
  let bytes = 0;
  for (const each of wordsOf(text)) {
    if (words.length >= COUNTED_WORDS && seen.has(each)) continue;
    bytes += Buffer.byteLength(each) + 1;
    if (bytes > MAX_INDEXED_BYTES) break;
    seen.add(each);
    words.push(each);
  }
  return words.join(" ");
}

const functionWords = new Set(
  "a an and are as at be but by did do does for from had has have how i if in into is it its not of on or our so that the their then there these this to was we were what when where which who why will with you your".split(
    " ",
  ),
);

const MAX_QUERY_WORDS = 32;

/** The different words that are searched for; words that say nothing only when there are no others. */
export function queryWords(query: string): string[] {
  const all = [...new Set(wordsOf(query))];
  const telling = all.filter((each) => !functionWords.has(each));
  return (telling.length > 0 ? telling : all).slice(0, MAX_QUERY_WORDS);
}
