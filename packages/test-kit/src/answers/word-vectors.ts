import { hash } from "./tokens.ts";

const placesPerWord = 4;

/**
 * A vector for a text: a bag of its words, each hashed to a few places. The same words give the same vector, texts
 * that share words give near ones. Not normalized.
 */
export function wordVector(text: string, dimensions: number): number[] {
  const vector = new Array<number>(dimensions).fill(1 / 3000);
  for (const word of text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [])
    for (let seed = 0; seed < placesPerWord; seed += 1) {
      const place = hash(word, seed) % dimensions;
      vector[place] = (vector[place] ?? 0) + hash(word, -1 - seed) / 2 ** 31 - 1;
    }
  return vector;
}
