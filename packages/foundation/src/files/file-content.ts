import type { FileHandle } from "node:fs/promises";

/** Reads all that is in the file, or returns undefined when that is more than `maxBytes`: what its size says is not believed. */
export async function readUpTo(file: FileHandle, maxBytes: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of file.createReadStream({ end: maxBytes, autoClose: false })) {
    chunks.push(chunk);
    length += chunk.length;
  }
  return length > maxBytes ? undefined : Buffer.concat(chunks, length);
}

/** Tells what a text is encoded in, by its first two bytes: UTF-16 has a byte order mark, all else is taken for UTF-8. */
export function textEncoding([first, second]: Uint8Array): "utf-8" | "utf-16le" | "utf-16be" {
  if (first === 0xff && second === 0xfe) return "utf-16le";
  return first === 0xfe && second === 0xff ? "utf-16be" : "utf-8";
}

/**
 * Decodes a file's text in the forms that editors and systems write: UTF-8 with or without a byte order mark, and UTF-16 with
 * one. Undefined for what is none: binary data, or another encoding.
 */
export function decodeText(bytes: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder(textEncoding(bytes), { fatal: true }).decode(bytes);
    return text.includes("\0") ? undefined : text;
  } catch {
    return undefined;
  }
}
