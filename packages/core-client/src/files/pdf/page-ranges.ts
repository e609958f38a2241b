import { invalidArgument } from "@ollama-bridge/foundation";

/** Pages from the first to the last, counted from 1; without a last one, to the end. */
export interface PageRange {
  first: number;
  last?: number;
}

/** Reads `2-5`, `1,4,7-9` or `10-`. @throws BridgeError VALIDATION_ERROR */
export function parsePageRanges(pages: string): PageRange[] {
  return pages.split(",").map((part) => {
    const [, first, dash, last] = /^\s*(\d{1,7})\s*(?:([-–])\s*(\d{1,7})?)?\s*$/.exec(part) ?? [];
    const range = {
      first: Number(first),
      last: dash === undefined ? Number(first) : Number(last ?? Infinity),
    };
    if (first === undefined || range.first < 1 || range.last < range.first)
      throw invalidArgument("pages", `${pages} names no pages`, 'Give pages as "2-5", "1,4,7-9" or "10-".');
    return range.last === Infinity ? { first: range.first } : range;
  });
}

/** The pages among the first `pageCount` that the ranges name, or all of them, in their order; one more than `most` at most. */
export function pagesIn(ranges: readonly PageRange[] | undefined, pageCount: number, most: number): number[] {
  const chosen = new Set<number>();
  for (const { first, last = pageCount } of ranges ?? [{ first: 1 }])
    for (let page = first; page <= Math.min(last, pageCount) && chosen.size <= most; page++) chosen.add(page);
  return [...chosen].sort((a, b) => a - b);
}

/** `1 to 3, 7` for [1, 2, 3, 7]. */
export function pageList(pages: readonly number[]): string {
  const ranges: [number, number][] = [];
  for (const page of pages) {
    const last = ranges.at(-1);
    if (last !== undefined && last[1] === page - 1) last[1] = page;
    else ranges.push([page, page]);
  }
  return ranges.map(([first, last]) => (first === last ? `${first}` : `${first} to ${last}`)).join(", ");
}
