import { chmod, mkdir, open, readFile, readlink, realpath, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { foundationErrors, textEncoding } from "@ollama-bridge/foundation";

const BYTE_ORDER_MARK = "\uFEFF";

/** A client's file as it was read; `text` is empty where there is none. */
export interface ClientFile {
  /** As the client knows it. */
  path: string;
  exists: boolean;
  text: string;
  bytes: Buffer;
}

/** @throws BridgeError CONFIG_INVALID for a file that cannot be read or is no text. */
export async function readClientFile(path: string): Promise<ClientFile> {
  const bytes = await readFile(path).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === "ENOENT" || cause.code === "ENOTDIR") return undefined;
    throw foundationErrors.create("CONFIG_INVALID", `${path} cannot be read (${cause.code})`, { cause });
  });
  if (bytes === undefined) return { path, exists: false, text: "", bytes: Buffer.alloc(0) };
  try {
    const text = new TextDecoder(textEncoding(bytes), { fatal: true }).decode(bytes);
    return { path, exists: true, text, bytes };
  } catch (cause) {
    throw foundationErrors.create("CONFIG_INVALID", `${path}:1: the file is neither UTF-8 nor UTF-16`, {
      cause,
    });
  }
}

/**
 * Puts `text` in the place of the file in one step: a reader sees the old file or the new one. A link stays a link, and
 * mode, encoding and byte order mark stay; a new file gets `newMode`.
 * @throws BridgeError CONFIG_INVALID when the file has changed since it was read, or cannot be written.
 */
export async function writeClientFile(file: ClientFile, text: string, newMode: number): Promise<void> {
  const { bytes } = await readClientFile(file.path);
  if (!bytes.equals(file.bytes)) {
    throw foundationErrors.create("CONFIG_INVALID", `${file.path} has changed meanwhile`, {
      hint: "Run it again.",
    });
  }
  const target = await linkedFile(file.path);
  const temporary = join(dirname(target), `.${basename(target)}.${process.pid}.tmp`);
  try {
    await mkdir(dirname(target), { recursive: true });
    const handle = await open(temporary, "wx", newMode);
    try {
      await handle.writeFile(encoded(text, file.bytes));
      await handle.sync();
    } finally {
      await handle.close();
    }
    if (file.exists) await chmod(temporary, (await stat(target)).mode);
    await rename(temporary, target);
  } catch (cause) {
    await rm(temporary, { force: true });
    const { code } = cause as NodeJS.ErrnoException;
    throw foundationErrors.create("CONFIG_INVALID", `${file.path} cannot be written (${code})`, { cause });
  }
}

/** The text in the encoding of the file before, with its byte order mark where it had one. */
function encoded(text: string, before: Buffer): Buffer {
  const encoding = textEncoding(before);
  if (encoding === "utf-16le") return Buffer.from(BYTE_ORDER_MARK + text, "utf16le");
  if (encoding === "utf-16be") return Buffer.from(BYTE_ORDER_MARK + text, "utf16le").swap16();
  const hadMark = before.subarray(0, 3).toString() === BYTE_ORDER_MARK;
  return Buffer.from(hadMark ? BYTE_ORDER_MARK + text : text);
}

/** The file at the end of all links, be it there or not. */
async function linkedFile(path: string): Promise<string> {
  try {
    return await realpath(path);
  } catch {
    const link = await readlink(path).catch(() => undefined);
    return link === undefined ? path : linkedFile(resolve(dirname(path), link));
  }
}
