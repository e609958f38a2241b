import { isUtf8 } from "node:buffer";
import { constants } from "node:fs";
import { open, realpath } from "node:fs/promises";
import { isAbsolute, relative, resolve, sep } from "node:path";
import { BridgeError } from "@ollama-bridge/server-kit/errors";

const MAX_IMAGE_BYTES = 20 * 1024 * 1024;
const MAX_FILES_BYTES = 1024 * 1024;

/** Where paths in arguments may lead. Empty: nowhere, as for callers over HTTP, whose paths are not ours. */
export interface AllowedRoots {
  roots: readonly string[];
}

/**
 * Images as Ollama takes them: base64 strings stay, paths are read.
 * @throws BridgeError VALIDATION_ERROR that names the image.
 */
export function readImages(
  images: string[] | undefined,
  allowed: AllowedRoots,
): Promise<string[] | undefined> {
  if (images === undefined) return Promise.resolve(undefined);
  return Promise.all(images.map((image, index) => readImage(image, `images[${index}]`, allowed)));
}

async function readImage(image: string, parameter: string, allowed: AllowedRoots): Promise<string> {
  const base64 = image.replace(/^data:image\/[\w.+-]+;base64,/, "").replaceAll(/[\r\n]+/g, "");
  const isData =
    base64.length > 255 ||
    base64 !== image ||
    (isBase64(base64) && looksLikeImage(Buffer.from(base64, "base64")));
  const bytes = isData
    ? decode(base64, parameter)
    : await readAllowed(image, parameter, allowed, MAX_IMAGE_BYTES);
  if (bytes.length > MAX_IMAGE_BYTES)
    throw invalid(parameter, "is larger than 20 MiB", "Send a smaller image.");
  if (bytes.subarray(0, 5).toString("latin1") === "%PDF-") {
    throw invalid(
      parameter,
      "is a PDF, which models cannot read as an image",
      "Send its pages as PNG images.",
    );
  }
  return bytes.toString("base64");
}

function decode(base64: string, parameter: string): Buffer {
  if (!isBase64(base64))
    throw invalid(parameter, "is neither base64 nor a path", "Send base64 data or a file path.");
  return Buffer.from(base64, "base64");
}

/** With or without the padding at its end. */
const isBase64 = (text: string) =>
  /^[A-Za-z0-9+/]+={0,2}$/.test(text) && (text.endsWith("=") ? text.length % 4 === 0 : text.length % 4 !== 1);

/** PNG, JPEG, GIF, WebP, BMP or PDF by their first bytes: tells a short image from a path without dots. */
function looksLikeImage(bytes: Buffer): boolean {
  return /^(\x89PNG|\xff\xd8\xff|GIF8|RIFF|BM|%PDF-)/.test(bytes.subarray(0, 8).toString("latin1"));
}

/**
 * The prompt with the texts of the files before it, each under its path.
 * @throws BridgeError VALIDATION_ERROR that names the path: missing, outside the allowed roots, binary, too large.
 */
export async function withFiles(
  prompt: string,
  files: string[] | undefined,
  allowed: AllowedRoots,
): Promise<string> {
  if (files === undefined || files.length === 0) return prompt;
  const parts: string[] = [];
  let left = MAX_FILES_BYTES;
  for (const [index, path] of files.entries()) {
    const parameter = `files[${index}]`;
    const bytes = await readAllowed(path, parameter, allowed, left);
    left -= bytes.length;
    if (bytes.includes(0) || !isUtf8(bytes))
      throw invalid(parameter, `${path} is binary`, "Send text files in UTF-8 only.");
    parts.push(`File ${path}:\n${bytes.toString("utf8")}`);
  }
  return [...parts, prompt].join("\n\n");
}

async function readAllowed(
  path: string,
  parameter: string,
  { roots }: AllowedRoots,
  maxBytes: number,
): Promise<Buffer> {
  if (roots.length === 0)
    throw invalid(parameter, `${path}: paths are not read over HTTP`, "Send the content itself.");
  const real = await realpath(resolve(path)).catch(() => {
    throw invalid(parameter, `${path} does not exist`, "Give the path of an existing file.");
  });
  const realRoots = await Promise.all(roots.map((root) => realpath(root).catch(() => resolve(root))));
  if (!realRoots.some((root) => isWithin(real, root))) {
    throw invalid(parameter, `${path} is outside the allowed folders`, `Allowed: ${realRoots.join(", ")}`);
  }
  // Opening a pipe that nobody writes to would wait for ever.
  const file = await open(real, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)).catch(
    (cause: NodeJS.ErrnoException) => {
      throw invalid(parameter, `${path} cannot be read (${cause.code})`, "Give a readable file.");
    },
  );
  try {
    const stats = await file.stat();
    if (!stats.isFile()) throw invalid(parameter, `${path} is not a file`, "Give the path of a file.");
    if (stats.size > maxBytes)
      throw invalid(parameter, `${path} is too large (${stats.size} bytes)`, "Send less.");
    return await file.readFile();
  } finally {
    await file.close();
  }
}

function isWithin(path: string, root: string): boolean {
  const way = relative(root, path);
  return way === "" || (!isAbsolute(way) && way !== ".." && !way.startsWith(`..${sep}`));
}

function invalid(path: string, issue: string, hint: string): BridgeError {
  return new BridgeError("VALIDATION_ERROR", `${path}: ${issue}`, { details: { path, issue }, hint });
}
