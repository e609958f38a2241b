/** Returns the SHA-256 of a text or of bytes. `node:crypto` takes longer to load than most servers take to list their tools. */
export function sha256(data: string | Uint8Array): Buffer {
  const { createHash } = process.getBuiltinModule("node:crypto");
  return createHash("sha256").update(data).digest();
}

/** Makes an id of `prefix` and random hexadecimal digits: at most 32, which are 128 random bits. */
export function randomId(prefix: string, digits: number): string {
  return (
    prefix +
    Buffer.from(crypto.getRandomValues(new Uint8Array(16)))
      .toString("hex")
      .slice(0, digits)
  );
}
