/** The SHA-256 of a text or of bytes. `node:crypto` takes longer to load than most servers take to list their tools. */
export function sha256(data: string | Uint8Array): Buffer {
  const { createHash } = process.getBuiltinModule("node:crypto");
  return createHash("sha256").update(data).digest();
}

/** `prefix` and random hexadecimal digits: at most 32, which hold 122 random bits. Node keeps some of these in stock. */
export function randomId(prefix: string, digits: number): string {
  return prefix + crypto.randomUUID().replaceAll("-", "").slice(0, digits);
}
