// Runs in a thread of its own, because a PDF can be hostile: the thread is ended when it takes too much time or memory.
import { parentPort, workerData } from "node:worker_threads";
import { type LoadedPdfJs, loadPdfJs } from "./load-pdfjs.ts";
import { pagesIn } from "./page-ranges.ts";
import type { PdfFault, PdfJob, PdfMessage } from "./pdf-job.ts";
import type { PdfDocument, PdfPage } from "./pdfjs.ts";

const PIXELS_PER_POINT = 150 / 72;
/** An A3 page has 4.4 million pixels at that. */
const MAX_PIXELS = 16e6;
const MAX_SIDE = 16_000;
const WHITE = 0xffffffff;

const job = workerData as PdfJob;
const tell = (message: PdfMessage) => parentPort?.postMessage(message);
const fail = (fault: PdfFault, why = "") => tell({ type: "failed", fault, why });

async function read(library: LoadedPdfJs): Promise<void> {
  let document: PdfDocument;
  try {
    document = await open(library, { stopAtErrors: job.draw !== undefined });
  } catch (error) {
    return fail(nameOf(error) === "PasswordException" ? "encrypted" : "broken", reasonOf(error));
  }
  const { numPages: pageCount } = document;
  const wanted = pagesIn(job.pages, pageCount, job.maxPages);
  if (wanted.length === 0) return fail("no such page", `${pageCount}`);
  if (wanted.length > job.maxPages) return fail("too many pages", `${pageCount}`);
  tell({ type: "opened", pageCount, wanted, cannotDraw: library.cannotDraw });
  if (job.draw === undefined)
    for (const page of wanted) await tellPage(page, () => readText(document, page, library));
  else {
    // Opened once more, and only for a page with a fault in it: this time what can be drawn of it is.
    let forgiving: Promise<PdfDocument> | undefined;
    for (const page of wanted.slice(0, job.draw.maxPages))
      await tellPage(page, async () => {
        try {
          return await draw(document, page, []);
        } catch (error) {
          forgiving ??= open(library, { stopAtErrors: false });
          return draw(await forgiving, page, [
            `is drawn without a part that cannot be read: ${reasonOf(error)}`,
          ]);
        }
      });
  }
}

function open(
  { pdfjs, data }: LoadedPdfJs,
  { stopAtErrors }: { stopAtErrors: boolean },
): Promise<PdfDocument> {
  return pdfjs.getDocument({
    data: job.bytes.slice(), // the library takes it away
    ...data,
    cMapPacked: true,
    useWorkerFetch: false,
    useSystemFonts: false,
    disableFontFace: true,
    stopAtErrors,
    verbosity: 0,
  }).promise;
}

async function tellPage(page: number, work: () => Promise<PdfMessage>): Promise<void> {
  tell(await work().catch((error): PdfMessage => ({ type: "unreadable", page, why: reasonOf(error) })));
}

async function readText(
  document: PdfDocument,
  number: number,
  { lacksLetters }: LoadedPdfJs,
): Promise<PdfMessage> {
  const page = await document.getPage(number);
  const { items } = await page.getTextContent({ disableNormalization: false });
  const printed = items.map((item) => ("str" in item ? item.str + (item.hasEOL ? "\n" : "") : "")).join("");
  const text = [printed.trim(), ...(await filledIn(page))].join("\n").replaceAll("\0", "").trim();
  page.cleanup();
  return { type: "text", page: number, text, lacksLetters: lacksLetters() };
}

/** What somebody has written into the fields of a form is no part of the page's own text. */
async function filledIn(page: PdfPage): Promise<string[]> {
  const fields = await page.getAnnotations();
  return fields.flatMap(({ fieldName, fieldValue }) => {
    const value = [fieldValue]
      .flat()
      .filter((each) => typeof each === "string")
      .join(", ");
    return fieldName === undefined || value === "" ? [] : `Field ${fieldName}: ${value}`;
  });
}

async function draw(document: PdfDocument, number: number, remarks: string[]): Promise<PdfMessage> {
  const page = await document.getPage(number);
  const { viewport, smaller } = viewportOf(page);
  const { canvas, context } = document.canvasFactory.create(
    Math.round(viewport.width),
    Math.round(viewport.height),
  );
  await page.render({ canvas: null, canvasContext: context, viewport }).promise;
  page.cleanup();
  const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
  const isBlank = new Uint32Array(data.buffer, data.byteOffset, data.length / 4).every(
    (pixel) => pixel === WHITE,
  );
  const png = isBlank ? undefined : canvas.toBuffer("image/png");
  canvas.width = 0;
  if (png === undefined && remarks.length === 0) return { type: "blank", page: number };
  if (png === undefined) throw new Error(remarks[0]);
  return {
    type: "drawing",
    page: number,
    png,
    remarks: smaller ? [...remarks, "is huge and drawn smaller"] : remarks,
  };
}

/** At 150 dpi, and at less for a page that would be huge. */
function viewportOf(page: PdfPage) {
  const { width, height } = page.getViewport({ scale: 1 });
  const most = Math.min(Math.sqrt(MAX_PIXELS / (width * height)), MAX_SIDE / Math.max(width, height));
  return {
    viewport: page.getViewport({ scale: Math.min(PIXELS_PER_POINT, most) }),
    smaller: most < PIXELS_PER_POINT,
  };
}

const nameOf = (error: unknown) => (error instanceof Error ? error.name : "");

/** The first line of what the library says. */
function reasonOf(error: unknown): string {
  const [first = ""] = (error instanceof Error ? error.message : String(error)).split("\n");
  return first.slice(0, 200).replace(/\.$/, "");
}

const loaded = await loadPdfJs();
if (loaded === undefined) fail("library missing", "pdfjs-dist is not installed");
else if (job.draw !== undefined && loaded.cannotDraw !== undefined) fail("canvas missing", loaded.cannotDraw);
else await read(loaded);
