/** Returns the SHA-256 of a text or of bytes. `node:crypto` takes longer to load than most servers take to list their tools. */
export function sha256(data: string | Uint8Array): Buffer {
  const { createHash } = process.getBuiltinModule("node:crypto");
  return createHash("sha256").update(data).digest();
}

const ID_BYTES = 16;
// Random bytes for 256 ids at once cost hardly more than those for one.
const stock = Buffer.alloc(256 * ID_BYTES);
let used = stock.length;

/** Makes an id of `prefix` and random hexadecimal digits: at most 32, which are 128 random bits. */
export function randomId(prefix: string, digits: number): string {
  if (used === stock.length) {
    crypto.getRandomValues(stock);
    used = 0;
  }
  used += ID_BYTES;
  return prefix + stock.toString("hex", used - ID_BYTES, used).slice(0, digits);
}
