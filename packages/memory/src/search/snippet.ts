import { wordsOf } from "./words.ts";

const LENGTH = 240;
/** Shown before the first word that was found. */
const LEAD = 60;

/** A piece of the value around the first of the words, else its beginning; cut ends are marked with an ellipsis. */
export function snippetOf(value: string, words: readonly string[]): string {
  const at = words.length === 0 ? 0 : firstFound(value, words);
  let start = at <= LEAD ? 0 : at - LEAD;
  if (start > 0) start = value.indexOf(" ", start) + 1 || start;
  if (start > at) start = at;
  const piece = value.slice(start, start + LENGTH).toWellFormed();
  const text = piece.replace(/\s+/g, " ").trim();
  return `${start > 0 ? "…" : ""}${text}${start + LENGTH < value.length ? "…" : ""}`;
}

/** Where the first stretch of letters stands whose words begin like one of those; 0 when none does. */
function firstFound(value: string, words: readonly string[]): number {
  for (const { 0: run, index } of value.matchAll(/[\p{L}\p{N}\p{M}]+/gu)) {
    for (const found of wordsOf(run)) if (words.some((each) => alike(found, each))) return index;
  }
  return 0;
}

/** The index compares stems; for a snippet it is enough that two words begin alike. */
function alike(found: string, wanted: string): boolean {
  const stem = wanted.length > 5 ? wanted.slice(0, -2) : wanted;
  return found.startsWith(stem);
}
