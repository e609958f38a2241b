import { decodeText, invalidArgument } from "@ollama-bridge/foundation";
import type { AllowedRoots } from "./allowed-roots.ts";
import { readAllowedFile } from "./read-allowed-file.ts";

const MIB = 1024 * 1024;
const MAX_IMAGE_BYTES = 20 * MIB;
const MAX_IMAGES_BYTES = 100 * MIB;
const MAX_IMAGES = 100;
const MAX_FILES_BYTES = MIB;
const MAX_FILES = 100;
/** The longest path that a system takes; what is longer can only be data. */
const MAX_PATH_CHARACTERS = 4096;
/** From this length on, letters and digits alone are data and not the name of a file. */
const MIN_DATA_CHARACTERS = 256;

/** Images as Ollama takes them; `parameter` is how errors name the list. */
export type ReadImages = (images: string[] | undefined, parameter?: string) => Promise<string[] | undefined>;

/**
 * Makes what reads the images of one call, which may be in several lists: base64 strings stay, paths are read.
 * What it returns throws BridgeError VALIDATION_ERROR that names the image.
 */
export function imageReader(allowed: AllowedRoots): ReadImages {
  let count = 0;
  let left = MAX_IMAGES_BYTES;
  return async (images, parameter = "images") => {
    if (images === undefined) return undefined;
    count += images.length;
    if (count > MAX_IMAGES)
      throw invalidArgument(
        parameter,
        `there are more than ${MAX_IMAGES} images`,
        "Send them in several calls.",
      );
    const read: string[] = [];
    for (const [index, image] of images.entries()) {
      const bytes = await readImage(image, `${parameter}[${index}]`, allowed);
      left -= bytes.length;
      if (left < 0)
        throw invalidArgument(
          parameter,
          `the images are larger than ${MAX_IMAGES_BYTES / MIB} MiB together`,
          "Send them in several calls.",
        );
      read.push(bytes.toString("base64"));
    }
    return read;
  };
}

/** Reads the images of a call that has one list of them. @throws BridgeError VALIDATION_ERROR that names the image. */
export const readImages = (images: string[] | undefined, allowed: AllowedRoots) =>
  imageReader(allowed)(images);

async function readImage(image: string, parameter: string, allowed: AllowedRoots): Promise<Buffer> {
  const bytes =
    decodeImage(image, parameter) ?? (await readAllowedFile(image, parameter, allowed, MAX_IMAGE_BYTES));
  if (bytes.length > MAX_IMAGE_BYTES)
    throw invalidArgument(parameter, "is larger than 20 MiB", "Send a smaller image.");
  if (isPdf(bytes)) {
    throw invalidArgument(
      parameter,
      "is a PDF, which models cannot read as an image",
      "Send its pages as PNG images.",
    );
  }
  if (!isMedia(bytes))
    throw invalidArgument(
      parameter,
      "is not an image that models can read",
      "Send a PNG, JPEG, WebP, GIF or BMP.",
    );
  return bytes;
}

/** The bytes of base64 or of a data URL; undefined for what is to be read as a path. */
function decodeImage(image: string, parameter: string): Buffer | undefined {
  const [head] = /^data:[^,]*,/i.exec(image.slice(0, 1024)) ?? [];
  const base64 = plainBase64(image.slice(head?.length ?? 0));
  const isData = isBase64(base64);
  if (head !== undefined && isData && /;base64,$/i.test(head)) return Buffer.from(base64, "base64");
  if (head === undefined && isData) {
    const bytes = Buffer.from(base64, "base64");
    if (base64.length >= MIN_DATA_CHARACTERS || isMedia(bytes) || isPdf(bytes)) return bytes;
  }
  if (head === undefined && image.length <= MAX_PATH_CHARACTERS) return undefined;
  throw invalidArgument(parameter, "is neither base64 nor a path", "Send base64 data or a file path.");
}

/** Without the white space of mail, the alphabet of addresses and the escapes of URLs. */
const plainBase64 = (text: string) =>
  text
    .replaceAll(/\s+/g, "")
    .replaceAll(/%(2[bf]|3d)/gi, decodeURIComponent)
    .replaceAll("-", "+")
    .replaceAll("_", "/");

/** With or without the padding at its end. */
const isBase64 = (text: string) =>
  /^[A-Za-z0-9+/]+={0,2}$/.test(text) && (text.endsWith("=") ? text.length % 4 === 0 : text.length % 4 !== 1);

/** By their first bytes, what Ollama and the servers like it decode: PNG, JPEG, GIF, WebP and BMP, and WAV for models that hear. */
function isMedia(bytes: Buffer): boolean {
  const start = bytes.subarray(0, 12).toString("latin1");
  if (start.startsWith("BM")) return bytes.length > 10 && bytes.readUInt32LE(6) === 0; // a bitmap keeps these bytes free
  return /^(\x89PNG|\xff\xd8\xff|GIF8[79]a|RIFF.{4}(WEBP|WAVE))/s.test(start);
}

const isPdf = (bytes: Buffer) => bytes.subarray(0, 5).toString("latin1") === "%PDF-";

/**
 * Puts the texts of the files before a prompt, each under its path.
 * @throws BridgeError VALIDATION_ERROR that names the path: missing, outside the allowed roots, binary, too large.
 */
export async function withFiles(
  prompt: string,
  files: string[] | undefined,
  allowed: AllowedRoots,
): Promise<string> {
  if (files === undefined || files.length === 0) return prompt;
  if (files.length > MAX_FILES)
    throw invalidArgument("files", `there are more than ${MAX_FILES} files`, "Send them in several calls.");
  const parts: string[] = [];
  let left = MAX_FILES_BYTES;
  for (const [index, path] of files.entries()) {
    const parameter = `files[${index}]`;
    const bytes = await readAllowedFile(path, parameter, allowed, left);
    left -= bytes.length;
    const text = decodeText(bytes);
    if (text === undefined)
      throw invalidArgument(parameter, `${path} is binary`, "Send text files in UTF-8 only.");
    parts.push(`File ${path}:\n${text}`);
  }
  return [...parts, prompt].join("\n\n");
}
