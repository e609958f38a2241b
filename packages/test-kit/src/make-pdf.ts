import { deflateSync } from "node:zlib";

/** The body of an object of a PDF. */
export type PdfObject = string | Buffer;

/** A PDF of these objects, numbered from 1; the first is its catalog. `trailer` is added to what ends it. */
export function pdfOf(objects: readonly PdfObject[], trailer = ""): Buffer {
  const parts: Buffer[] = [Buffer.from("%PDF-1.7\n")];
  const size = () => parts.reduce((sum, { length }) => sum + length, 0);
  const offsets = objects.map((body, index) => {
    const offset = size();
    parts.push(Buffer.from(`${index + 1} 0 obj\n`), Buffer.from(body), Buffer.from("\nendobj\n"));
    return offset;
  });
  const xref = size();
  const entries = offsets.map((offset) => `${String(offset).padStart(10, "0")} 00000 n \n`).join("");
  parts.push(
    Buffer.from(
      `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${entries}trailer\n` +
        `<< /Size ${objects.length + 1} /Root 1 0 R ${trailer} >>\nstartxref\n${xref}\n%%EOF\n`,
    ),
  );
  return Buffer.concat(parts);
}

/** A stream with entries for its dictionary. */
export function pdfStream(data: PdfObject, entries = ""): Buffer {
  const bytes = Buffer.from(data);
  return Buffer.concat([
    Buffer.from(`<< ${entries} /Length ${bytes.length} >>\nstream\n`),
    bytes,
    Buffer.from("\nendstream"),
  ]);
}

/** A page of a PDF: its text, or `scan` for a page that is a picture and has none; nothing of both is a blank page. */
export interface PdfPageScript {
  text?: string;
  /** The gray of the picture, 0 to 254. */
  scan?: number;
}

/** A PDF of these pages, of letter size. */
export function makePdf(pages: readonly PdfPageScript[]): Buffer {
  const first = 4;
  const kids = pages.map((_, index) => `${first + index * 3} 0 R`).join(" ");
  return pdfOf([
    "<< /Type /Catalog /Pages 2 0 R >>",
    `<< /Type /Pages /Kids [${kids}] /Count ${pages.length} >>`,
    "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ...pages.flatMap((page, index) => pageObjects(page, first + index * 3)),
  ]);
}

function pageObjects({ text, scan }: PdfPageScript, number: number): PdfObject[] {
  const lines = (text ?? "").split("\n").map((line) => `(${line.replaceAll(/[\\()]/g, "\\$&")}) Tj T*`);
  const content =
    text !== undefined ? `BT /F 12 Tf 14 TL 72 720 Td ${lines.join(" ")} ET` : "q 612 0 0 792 0 0 cm /I Do Q";
  const picture = deflateSync(Buffer.alloc(100, scan ?? 0));
  return [
    `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents ${number + 1} 0 R ` +
      `/Resources << /Font << /F 3 0 R >> /XObject << /I ${number + 2} 0 R >> >> >>`,
    pdfStream(text === undefined && scan === undefined ? "" : content),
    pdfStream(
      picture,
      "/Type /XObject /Subtype /Image /Width 10 /Height 10 /ColorSpace /DeviceGray /BitsPerComponent 8 /Filter /FlateDecode",
    ),
  ];
}
