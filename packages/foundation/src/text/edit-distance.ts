/**
 * Counts the edits of one character each that make one text of another: insert, delete, replace. The time grows with the product
 * of the lengths.
 */
export function editDistance(from: string, to: string): number {
  // Distances of the characters of `from` so far to each beginning of `to`.
  let distances = Array.from({ length: [...to].length + 1 }, (_, length) => length);
  for (const [row, character] of [...from].entries()) {
    const next = [row + 1];
    for (const [column, other] of [...to].entries()) {
      const replaced = (distances[column] ?? 0) + (character === other ? 0 : 1);
      next.push(Math.min(replaced, (distances[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
    }
    distances = next;
  }
  return distances.at(-1) ?? 0;
}
