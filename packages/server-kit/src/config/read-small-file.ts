import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import {
  type BridgeError,
  foundationErrors,
  isBridgeError,
  sha256,
  textEncoding,
} from "@ollama-bridge/foundation";

/** Configuration is written by hand; what is larger is something else. */
const MAX_BYTES = 256 * 1024;

/** A file as it was read at once. */
export interface SmallFile {
  text: string;
  /** Of the very bytes that `text` was made from, in hexadecimal. */
  sha256: string;
}

/**
 * Reads a regular file of at most 256 KiB, as editors and shells write it: UTF-8, or UTF-16 with its byte order mark;
 * `undefined` when there is none. Whatever stands under the name, a pipe or a
 * device for one, this neither waits nor reads on without an end.
 * @throws BridgeError CONFIG_INVALID
 */
export async function readSmallFile(path: string): Promise<SmallFile | undefined> {
  let handle: FileHandle | undefined;
  try {
    // Without O_NONBLOCK, opening a pipe would wait for its writer. Windows has neither.
    handle = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    if (!(await handle.stat()).isFile()) throw invalid(path, "is not a regular file");
    const bytes = await readUpTo(handle, MAX_BYTES + 1);
    if (bytes.length > MAX_BYTES) throw invalid(path, `is larger than ${MAX_BYTES / 1024} KiB`);
    const text = new TextDecoder(textEncoding(bytes)).decode(bytes);
    return { text, sha256: sha256(bytes).toString("hex") };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    if (isBridgeError(error)) throw error;
    throw invalid(path, `cannot be read (${code})`, error);
  } finally {
    await handle?.close();
  }
}

async function readUpTo(handle: FileHandle, limit: number): Promise<Buffer> {
  const buffer = Buffer.alloc(limit);
  let length = 0;
  while (length < limit) {
    const { bytesRead } = await handle.read(buffer, length, limit - length);
    if (bytesRead === 0) break;
    length += bytesRead;
  }
  return buffer.subarray(0, length);
}

function invalid(path: string, what: string, cause?: unknown): BridgeError {
  return foundationErrors.create("CONFIG_INVALID", `${path} ${what}`, { details: { file: path }, cause });
}
