import { Worker } from "node:worker_threads";
import { FairQueue, invalidArgument } from "@ollama-bridge/foundation";
import type { PageRange } from "./page-ranges.ts";
import { pdfCommand } from "./pdf-command.ts";
import type { PdfFault, PdfJob, PdfMessage } from "./pdf-job.ts";

const MIB = 1024 * 1024;
/** Limits of the thread that reads one PDF. */
export interface PdfLimits {
  timeMs: number;
  /** All that the thread holds: JavaScript's objects, and beside them the bytes of streams and pictures. */
  memoryBytes: number;
}

const LIMITS: PdfLimits = { timeMs: 120_000, memoryBytes: 768 * MIB };
const MAX_PAGES = 500;
/** The heap of JavaScript objects, which V8 limits itself. */
const HEAP_MIB = 512;
const LOOK_AT_MEMORY_MS = 50;

/** PDFs are read two at a time, so that many concurrent calls do not need memory for all of them. */
const queue = new FairQueue(2);

/** A PDF, and how errors name it. */
export interface PdfSource {
  bytes: Buffer;
  name: string;
  /** The argument that brought it. */
  parameter: string;
}

export interface PdfOptions {
  signal: AbortSignal;
  /** Absent: all pages. */
  pages?: readonly PageRange[] | undefined;
  onPage?: ((page: number, pageCount: number) => void) | undefined;
  limits?: PdfLimits | undefined;
}

/** A page as it was read: `unreadable` says why it was not. */
export interface PdfText {
  pageCount: number;
  /** Why pages cannot be drawn here; absent: they can. */
  cannotDraw?: string | undefined;
  pages: { page: number; text: string; lacksLetters?: boolean; unreadable?: string }[];
}

export interface PdfDrawings {
  pageCount: number;
  pages: { page: number; png?: Buffer; unreadable?: string; remarks: string[] }[];
  /** Pages that were wanted and not drawn, because there were too many. */
  leftOut: number[];
}

/** The text of a PDF's pages. @throws BridgeError VALIDATION_ERROR that names the PDF and says why it cannot be read. */
export async function readPdfText(source: PdfSource, options: PdfOptions): Promise<PdfText> {
  const text: PdfText = { pageCount: 0, pages: [] };
  await inThread(source, options, undefined, (message) => {
    if (message.type === "opened") {
      text.pageCount = message.pageCount;
      text.cannotDraw = message.cannotDraw;
    } else if (message.type === "text") {
      const { page, text: read, lacksLetters } = message;
      text.pages.push({
        page,
        text: read,
        lacksLetters,
        ...(lacksLetters && read === "" && { unreadable: whyLettersLack() }),
      });
    } else if (message.type === "unreadable")
      text.pages.push({ page: message.page, text: "", unreadable: message.why });
  });
  return text;
}

/** What text without embedded character maps needs, mostly Chinese, Japanese and Korean. */
export const whyLettersLack = () =>
  `its letters need the character maps of pdfjs-dist, which is not installed. ${pdfCommand()}`;

/** Pictures of a PDF's pages, at most `maxPages`. @throws BridgeError VALIDATION_ERROR as `readPdfText` does */
export async function drawPdf(
  source: PdfSource,
  options: PdfOptions,
  maxPages: number,
): Promise<PdfDrawings> {
  const drawings: PdfDrawings = { pageCount: 0, pages: [], leftOut: [] };
  await inThread(source, options, { maxPages }, (message) => {
    if (message.type === "opened") {
      drawings.pageCount = message.pageCount;
      drawings.leftOut = message.wanted.slice(maxPages);
    } else if (message.type === "drawing") {
      const { page, png, remarks } = message;
      drawings.pages.push({ page, png: Buffer.from(png.buffer, png.byteOffset, png.length), remarks });
    } else if (message.type === "blank") drawings.pages.push({ page: message.page, remarks: [] });
    else if (message.type === "unreadable")
      drawings.pages.push({ page: message.page, unreadable: message.why, remarks: [] });
  });
  return drawings;
}

/** Runs the thread to its end. @throws BridgeError VALIDATION_ERROR */
function inThread(
  source: PdfSource,
  { signal, pages, onPage, limits = LIMITS }: PdfOptions,
  draw: PdfJob["draw"],
  take: (message: PdfMessage) => void,
): Promise<void> {
  const job: PdfJob = { bytes: source.bytes, pages, maxPages: MAX_PAGES, ...(draw && { draw }) };
  return queue.run(signal, async () => {
    const worker = startThread(job);
    const { promise: ended, resolve, reject } = Promise.withResolvers<void>();
    let pageCount = 0;
    worker.on("message", (message: PdfMessage) => {
      if (message.type === "failed") return reject(pdfError(source, message.fault, message.why));
      if (message.type === "opened") pageCount = message.pageCount;
      else onPage?.(message.page, pageCount);
      take(message);
    });
    worker.on("error", (error: NodeJS.ErrnoException) =>
      reject(
        error.code === "ERR_WORKER_OUT_OF_MEMORY"
          ? tooMuch(source, "memory")
          : pdfError(source, "broken", error.message),
      ),
    );
    worker.on("exit", () =>
      pageCount > 0 ? resolve() : reject(pdfError(source, "broken", "its reader ended")),
    );
    const leave = () => reject(signal.reason);
    signal.addEventListener("abort", leave, { once: true });
    const time = setTimeout(() => reject(tooMuch(source, "time")), limits.timeMs);
    const memory = setInterval(async () => {
      if ((await bytesHeldBy(worker)) > limits.memoryBytes) reject(tooMuch(source, "memory"));
    }, LOOK_AT_MEMORY_MS);
    try {
      signal.throwIfAborted();
      await ended;
    } finally {
      clearTimeout(time);
      clearInterval(memory);
      signal.removeEventListener("abort", leave);
      await worker.terminate();
    }
  });
}

function startThread(job: PdfJob): Worker {
  // Run from source, this file is TypeScript, and so is the one beside it.
  const file = new URL(
    import.meta.url.endsWith(".ts") ? "./pdf-worker.ts" : "./pdf-worker.js",
    import.meta.url,
  );
  const worker = new Worker(file, {
    workerData: job,
    env: {},
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MIB },
    // Node warns of its parser of TypeScript, which may change.
    execArgv: ["--disable-warning=ExperimentalWarning"],
    // What the library prints is for its developers, and stdout belongs to the protocol.
    stdout: true,
    stderr: true,
  });
  worker.stdout.resume();
  worker.stderr.resume();
  return worker;
}

/** V8 counts the memory of typed arrays but does not limit it. */
async function bytesHeldBy(worker: Worker): Promise<number> {
  const heap = await worker.getHeapStatistics().catch(() => undefined); // it has ended
  return heap === undefined ? 0 : heap.used_heap_size + heap.external_memory;
}

function tooMuch({ name, parameter }: PdfSource, what: "time" | "memory") {
  return invalidArgument(
    parameter,
    `${name} takes too much ${what} to read`,
    "Choose fewer pages with `pages`, or send its pages as PNG images.",
  );
}

function pdfError({ name, parameter }: PdfSource, fault: PdfFault, why: string) {
  const [issue, hint] = {
    "library missing": [`${name} is a PDF, and ${why}`, pdfCommand()],
    "canvas missing": [`the pages of ${name} have to be drawn, and ${why}`, pdfCommand()],
    encrypted: [`${name} is an encrypted PDF: ${why}`, "Save it without a password and send that."],
    broken: [
      `${name} is a broken PDF: ${why}`,
      "Open it in a viewer and save it anew, or send its pages as PNG images.",
    ],
    "no such page": [
      `${name} has none of the pages asked for`,
      `It has ${why}: choose among them with \`pages\`.`,
    ],
    "too many pages": [
      `${name} has ${why} pages, and at most ${MAX_PAGES} are read in one call`,
      `Choose some of them, e.g. pages: "1-${MAX_PAGES}".`,
    ],
  }[fault] as [string, string];
  return invalidArgument(parameter, issue, hint);
}
