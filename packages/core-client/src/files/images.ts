import { invalidArgument } from "@ollama-bridge/foundation";

const MIB = 1024 * 1024;
export const MAX_IMAGE_BYTES = 20 * MIB;
const MAX_IMAGES_BYTES = 100 * MIB;
const MAX_IMAGES = 100;
/** The longest path that a system takes; what is longer can only be data. */
const MAX_PATH_CHARACTERS = 4096;
/** From this length on, letters and digits alone are data and not the name of a file. */
const MIN_DATA_CHARACTERS = 256;

/** The images of one call, counted together whichever argument brought them. */
export class ImageAllowance {
  #count = 0;
  #bytesLeft = MAX_IMAGES_BYTES;

  /** @throws BridgeError VALIDATION_ERROR when there are too many. */
  count(images: number, parameter: string): void {
    this.#count += images;
    if (this.#count > MAX_IMAGES)
      throw invalidArgument(
        parameter,
        `there are more than ${MAX_IMAGES} images`,
        "Send them in several calls.",
      );
  }

  /** @throws BridgeError VALIDATION_ERROR when they are too large together. */
  weigh(image: Buffer, parameter: string): void {
    this.#bytesLeft -= image.length;
    if (this.#bytesLeft < 0)
      throw invalidArgument(
        parameter,
        `the images are larger than ${MAX_IMAGES_BYTES / MIB} MiB together`,
        "Send them in several calls.",
      );
  }
}

/** The bytes of base64 or of a data URL; undefined for what is to be read as a path. */
export function decodeImage(image: string, parameter: string): Buffer | undefined {
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

/** @throws BridgeError VALIDATION_ERROR for what no model can read as an image. */
export function requireMedia(bytes: Buffer, parameter: string): void {
  if (bytes.length > MAX_IMAGE_BYTES)
    throw invalidArgument(parameter, "is larger than 20 MiB", "Send a smaller image.");
  if (!isMedia(bytes))
    throw invalidArgument(
      parameter,
      "is not an image that models can read",
      "Send a PNG, JPEG, WebP, GIF or BMP, or a PDF.",
    );
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

/** By the first bytes; some programs write a byte order mark or blank lines before them. */
export const isPdf = (bytes: Buffer) =>
  /^(\xef\xbb\xbf)?\s*%PDF-/.test(bytes.subarray(0, 64).toString("latin1"));
