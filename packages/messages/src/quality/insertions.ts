/** Text to be put into another one before its character `at`. */
export interface Insertion {
  at: number;
  text: string;
}

/** The text with the insertions in it; those for one place in their order. */
export function insertInto(text: string, insertions: Insertion[]): string {
  let whole = "";
  let end = 0;
  for (const { at, text: inserted } of insertions.toSorted((one, other) => one.at - other.at)) {
    whole += text.slice(end, at) + inserted;
    end = at;
  }
  return whole + text.slice(end);
}
