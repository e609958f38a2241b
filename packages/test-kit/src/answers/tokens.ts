/** The tokens of a text: a word, or six characters of a long one, each with the white space before it. */
export const tokenise = (text: string): string[] => text.match(/\s*\S{1,6}|\s+$/gu) ?? [];

/** A number for a text, the same on every run (FNV-1a, 32 bits). */
export function hash(text: string, seed = 0): number {
  let value = 0x811c9dc5 ^ seed;
  for (let index = 0; index < text.length; index += 1)
    value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  return value >>> 0;
}
