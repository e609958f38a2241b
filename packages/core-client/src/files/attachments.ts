import { decodeText, invalidArgument } from "@ollama-bridge/foundation";
import type { AllowedRoots } from "./allowed-roots.ts";
import { decodeImage, ImageAllowance, isPdf, MAX_IMAGE_BYTES, requireMedia } from "./images.ts";
import { PdfPages, type PdfReading } from "./pdf/pdf-pages.ts";
import { readAllowedFile } from "./read-allowed-file.ts";

const MIB = 1024 * 1024;
const MAX_FILES_BYTES = MIB;
const MAX_FILES = 100;
const MAX_PDF_BYTES = 50 * MIB;

/** What one call brings beside its prompt, read: images, and files put before the prompt. */
export class Attachments {
  /** Says what was left out and what could not be read. */
  readonly warnings: string[] = [];
  readonly #allowed: AllowedRoots;
  readonly #allowance = new ImageAllowance();
  readonly #pdf: PdfPages;

  constructor(allowed: AllowedRoots, reading: PdfReading) {
    this.#allowed = allowed;
    this.#pdf = new PdfPages(reading, this.warnings);
  }

  /**
   * Images as Ollama takes them: base64 strings stay, paths are read, the pages of a PDF are drawn. `parameter` is how
   * errors name the list.
   * @throws BridgeError VALIDATION_ERROR that names the image
   */
  async images(images: string[] | undefined, parameter = "images"): Promise<string[] | undefined> {
    if (images === undefined) return undefined;
    this.#allowance.count(images.length, parameter);
    const read: string[] = [];
    for (const [index, image] of images.entries()) {
      const place = `${parameter}[${index}]`;
      const data = decodeImage(image, place);
      const bytes = data ?? (await this.#read(image, place, MAX_IMAGE_BYTES));
      const isDocument = isPdf(bytes);
      if (!isDocument) requireMedia(bytes, place);
      const name = data === undefined ? image : "the PDF";
      const pages = isDocument ? await this.#pdf.draw({ bytes, name, parameter: place }) : [bytes];
      this.#allowance.count(pages.length - 1, parameter);
      for (const page of pages) {
        this.#allowance.weigh(page, parameter);
        read.push(page.toString("base64"));
      }
    }
    return read;
  }

  /**
   * The prompt with the texts of the files before it, each under its path, and pictures of those pages of PDFs that have no
   * text. `before` is the number of images that the model sees before these.
   * @throws BridgeError VALIDATION_ERROR that names the path: missing, outside the allowed roots, binary, too large
   */
  async files(
    prompt: string,
    files: string[] | undefined,
    before: number,
  ): Promise<{ prompt: string; images: string[] }> {
    if (files === undefined || files.length === 0) return { prompt, images: [] };
    if (files.length > MAX_FILES)
      throw invalidArgument("files", `there are more than ${MAX_FILES} files`, "Send them in several calls.");
    const parts: string[] = [];
    const images: string[] = [];
    let left = MAX_FILES_BYTES;
    for (const [index, path] of files.entries()) {
      const parameter = `files[${index}]`;
      const bytes = await this.#read(path, parameter, left);
      let text: string | undefined;
      if (isPdf(bytes)) {
        const read = await this.#pdf.read({ bytes, name: path, parameter }, left, before + images.length);
        this.#allowance.count(read.images.length, parameter);
        for (const image of read.images) {
          this.#allowance.weigh(image, parameter);
          images.push(image.toString("base64"));
        }
        left -= Buffer.byteLength(read.text);
        text = read.text;
      } else {
        left -= bytes.length;
        text = decodeText(bytes);
      }
      if (text === undefined)
        throw invalidArgument(parameter, `${path} is binary`, "Send text files in UTF-8, or PDFs.");
      parts.push(`File ${path}:\n${text}`);
    }
    return { prompt: [...parts, prompt].join("\n\n"), images };
  }

  /** A PDF may be larger than what else is read. */
  async #read(path: string, parameter: string, maxBytes: number): Promise<Buffer> {
    const limit = (start: Buffer) => (isPdf(start) ? MAX_PDF_BYTES : maxBytes);
    const bytes = await readAllowedFile(path, parameter, this.#allowed, limit);
    if (/\.pdf$/i.test(path) && !isPdf(bytes))
      throw invalidArgument(
        parameter,
        `${path} is not a PDF, although its name ends like one's`,
        "Open it and look: a failed download often leaves an error page.",
      );
    return bytes;
  }
}
