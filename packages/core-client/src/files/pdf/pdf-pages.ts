import { basename } from "node:path";
import { invalidArgument } from "@ollama-bridge/foundation";
import { coreErrors } from "../../core-errors.ts";
import { type PageRange, pageList, parsePageRanges } from "./page-ranges.ts";
import { pdfCommand } from "./pdf-command.ts";
import {
  drawPdf,
  type PdfDrawings,
  type PdfLimits,
  type PdfSource,
  type PdfText,
  readPdfText,
  whyLettersLack,
} from "./read-pdf.ts";

/** Pages drawn per call, over all of its PDFs. */
const MAX_DRAWN_PAGES = 20;

/** How the PDFs of one call are read. */
export interface PdfReading {
  /** Ends the reading early. */
  signal: AbortSignal;
  /** Which pages, as `2-5` or `1,4`. @default all */
  pages?: string | undefined;
  /** The model that is asked, for errors. */
  model: string;
  /** Whether it can see; asked only where a page has no text. */
  canSee(): Promise<boolean>;
  onProgress?(message: string): void;
  limits?: PdfLimits;
}

/** Reads the PDFs of one call and says what was left out of them. */
export class PdfPages {
  readonly #reading: PdfReading;
  readonly #warnings: string[];
  readonly #wanted: PageRange[] | undefined;
  #drawingsLeft = MAX_DRAWN_PAGES;

  constructor(reading: PdfReading, warnings: string[]) {
    this.#reading = reading;
    this.#warnings = warnings;
    this.#wanted = reading.pages === undefined ? undefined : parsePageRanges(reading.pages);
  }

  /** A PDF's pages as PNG images. @throws BridgeError VALIDATION_ERROR that names the PDF */
  async draw(source: PdfSource): Promise<Buffer[]> {
    const { pages } = await this.#drawn(source, this.#wanted);
    const drawn = pages.flatMap(({ png }) => png ?? []);
    const [{ unreadable } = {}] = pages;
    if (drawn.length === 0 && this.#drawingsLeft > 0) throw emptyPdf(source, unreadable);
    const blank = pages.filter(({ png, unreadable }) => png === undefined && unreadable === undefined);
    if (blank.length > 0) this.#warn(source, `${pagesNamed(blank)} blank and left out`);
    return drawn;
  }

  /**
   * A PDF's text, page by page, at most `maxBytes` of it, and pictures of pages that have none, where the model can see.
   * `before` is the number of images that the model sees before these.
   * @throws BridgeError VALIDATION_ERROR that names the PDF, CAPABILITY_UNSUPPORTED when it has nothing but pictures
   */
  async read(
    source: PdfSource,
    maxBytes: number,
    before: number,
  ): Promise<{ text: string; images: Buffer[] }> {
    const read = await readPdfText(source, this.#options(source, "reading", this.#wanted));
    const broken = read.pages.filter(({ unreadable }) => unreadable !== undefined);
    for (const { page, unreadable } of broken)
      this.#warn(source, `page ${page} cannot be read: ${unreadable}`);
    for (const { page, text, lacksLetters } of read.pages)
      if (lacksLetters && text !== "")
        this.#warn(source, `page ${page} is read in part: ${whyLettersLack()}`);
    if (broken.length === read.pages.length) throw emptyPdf(source, broken[0]?.unreadable);
    const pictures = read.pages.filter(({ text, unreadable }) => text === "" && unreadable === undefined);
    const drawings = pictures.length === 0 ? undefined : await this.#picturesOf(source, read, pictures);
    return this.#laidOut(source, read, drawings, maxBytes, before);
  }

  /** Drawings of the pages without text; undefined where they are left out, which is said. */
  async #picturesOf(
    source: PdfSource,
    { pages, cannotDraw }: PdfText,
    pictures: PdfText["pages"],
  ): Promise<PdfDrawings | undefined> {
    const { model, canSee } = this.#reading;
    const nothingElse = pages.every(({ text }) => text === "");
    if (!(await canSee())) {
      if (nothingElse)
        throw coreErrors.create(
          "CAPABILITY_UNSUPPORTED",
          `${source.parameter}: ${source.name} has no text but pictures, and ${model} cannot see`,
          { details: { model, capability: "vision" }, hint: "Choose a model with vision." },
        );
      this.#warn(source, `${pagesNamed(pictures)} without text and left out, because ${model} cannot see`);
      return undefined;
    }
    if (cannotDraw !== undefined) {
      const issue = `have to be drawn, and ${cannotDraw}`;
      if (nothingElse)
        throw invalidArgument(source.parameter, `the pages of ${source.name} ${issue}`, pdfCommand());
      this.#warn(source, `${pagesNamed(pictures)} without text and left out: they ${issue}. ${pdfCommand()}`);
      return undefined;
    }
    const drawings = await this.#drawn(
      source,
      pictures.map(({ page }) => ({ first: page, last: page })),
    );
    if (nothingElse && drawings.leftOut.length === 0 && drawings.pages.every(({ png }) => png === undefined))
      throw emptyPdf(source, drawings.pages[0]?.unreadable);
    return drawings;
  }

  #laidOut(
    source: PdfSource,
    { pageCount, pages }: PdfText,
    drawings: PdfDrawings | undefined,
    maxBytes: number,
    before: number,
  ): { text: string; images: Buffer[] } {
    const drawn = new Map(drawings?.pages.map((drawing) => [drawing.page, drawing]));
    const images: Buffer[] = [];
    const parts: string[] = [];
    let left = maxBytes;
    for (const [index, { page, text, unreadable }] of pages.entries()) {
      const { png } = drawn.get(page) ?? {};
      const instead =
        png !== undefined
          ? `[This page is a picture: image ${before + images.length + 1} of this message.]`
          : `[${unreadable !== undefined ? "This page cannot be read." : drawn.has(page) ? "This page is blank." : "This page has no text, and its picture is left out."}]`;
      const part = `--- page ${page} of ${pageCount} ---\n${text || instead}`;
      left -= Buffer.byteLength(part) + 1;
      if (left < 0) {
        const rest = pagesNamed(pages.slice(index));
        parts.push(`[${rest} left out.]`);
        this.#warn(
          source,
          `${rest} left out: files may have 1 MiB of text together. Choose others with \`pages\``,
        );
        break;
      }
      parts.push(part);
      if (png !== undefined) images.push(png);
    }
    return { text: parts.join("\n"), images };
  }

  /** Draws pages as long as the call may have more, and warns of what is wrong with them. */
  async #drawn(source: PdfSource, wanted: PageRange[] | undefined): Promise<PdfDrawings> {
    const options = this.#options(source, "drawing", wanted);
    const drawings = await drawPdf(source, options, this.#drawingsLeft);
    this.#drawingsLeft -= drawings.pages.length;
    for (const { page, unreadable, remarks } of drawings.pages)
      for (const remark of unreadable === undefined ? remarks : [`cannot be drawn: ${unreadable}`])
        this.#warn(source, `page ${page} ${remark}`);
    if (drawings.leftOut.length > 0)
      this.#warn(
        source,
        `${pagesNamed(drawings.leftOut.map((page) => ({ page })))} left out: ${MAX_DRAWN_PAGES} pages are drawn per call. Choose others with \`pages\``,
      );
    return drawings;
  }

  #options({ name }: PdfSource, doing: string, pages: PageRange[] | undefined) {
    const { signal, onProgress, limits } = this.#reading;
    return {
      signal,
      pages,
      limits,
      onPage: (page: number, pageCount: number) =>
        onProgress?.(`${doing} ${basename(name)}, page ${page} of ${pageCount}`),
    };
  }

  #warn({ name }: PdfSource, what: string): void {
    this.#warnings.push(`${name}: ${what.replace(/\.$/, "")}.`);
  }
}

const pagesNamed = (pages: readonly { page: number }[]) => {
  const list = pageList(pages.map(({ page }) => page));
  return pages.length === 1 ? `page ${list} is` : `pages ${list} are`;
};

const emptyPdf = ({ name, parameter }: PdfSource, why = "all of its pages are blank") =>
  invalidArgument(parameter, `nothing of ${name} can be read: ${why}`, "Send its pages as PNG images.");
