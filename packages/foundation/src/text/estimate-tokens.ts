/** Words have about four bytes per token in most languages; digits and signs are often one each. */
const BYTES_PER_TOKEN = 4;

/** Estimates the tokens of a text: as many as its digits and signs, and one for every four bytes of the rest. */
export function estimateTokens(text: string): number {
  const single = countSingles(text);
  return single + Math.ceil((Buffer.byteLength(text) - single) / BYTES_PER_TOKEN);
}

/** Digits and signs, counted without a list of them: a text may have millions. */
function countSingles(text: string): number {
  let count = 0;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    const isLetter = (code >= 0x41 && code <= 0x5a) || (code >= 0x61 && code <= 0x7a);
    if (code > 0x20 && code < 0x7f && !isLetter) count++;
  }
  return count;
}
