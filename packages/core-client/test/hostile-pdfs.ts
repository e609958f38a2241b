import { constants, deflateRawSync, deflateSync } from "node:zlib";
import { makePdf, type PdfObject, pdfOf, pdfStream } from "@ollama-bridge/test-kit";

const MIB = 1024 * 1024;
const CATALOG = "<< /Type /Catalog /Pages 2 0 R >>";
const ONE_PAGE = "<< /Type /Pages /Kids [3 0 R] /Count 1 >>";
const SIZE = "/MediaBox [0 0 612 792]";

const onePage = (page: string, ...objects: PdfObject[]) =>
  pdfOf([CATALOG, ONE_PAGE, `<< /Type /Page /Parent 2 0 R ${page} >>`, ...objects]);

/** So many bytes of nothing, packed: the blocks of one chunk again and again, none of them marked as the last. */
function packedZeros(mib: number): Buffer {
  const chunk = deflateRawSync(Buffer.alloc(64 * MIB), { finishFlush: constants.Z_SYNC_FLUSH });
  return Buffer.concat([Buffer.from([0x78, 0xda]), ...Array<Buffer>(mib / 64).fill(chunk)]);
}

/** A picture of 1.6 gigapixels. */
export const hugePicture = () =>
  onePage(
    `${SIZE} /Contents 4 0 R /Resources << /XObject << /I 5 0 R >> >>`,
    pdfStream("q 612 0 0 792 0 0 cm /I Do Q"),
    pdfStream(
      packedZeros(1600),
      "/Type /XObject /Subtype /Image /Width 40960 /Height 40960 /ColorSpace /DeviceGray /BitsPerComponent 8 /Filter /FlateDecode",
    ),
  );

/** Four kilobytes that unpack to two gigabytes. */
export const bomb = () =>
  onePage(
    `${SIZE} /Contents 4 0 R`,
    pdfStream(deflateSync(packedZeros(2048)), "/Filter [/FlateDecode /FlateDecode]"),
  );

/** One page, and a million that are claimed. */
export const millionPages = () =>
  pdfOf([
    CATALOG,
    "<< /Type /Pages /Kids [3 0 R] /Count 1000000 >>",
    `<< /Type /Page /Parent 2 0 R ${SIZE} /Contents 4 0 R /Resources << /Font << /F 5 0 R >> >> >>`,
    pdfStream("BT /F 12 Tf 72 720 Td (only one) Tj ET"),
    "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
  ]);

export const endlessPageTree = () => pdfOf([CATALOG, "<< /Type /Pages /Kids [2 0 R] /Count 3 >>"]);

/** What it draws is to be drawn within itself, twice. */
export const endlessDrawing = () =>
  onePage(
    `${SIZE} /Contents 4 0 R /Resources << /XObject << /I 5 0 R >> >>`,
    pdfStream("/I Do"),
    pdfStream(
      "/I Do /I Do",
      "/Type /XObject /Subtype /Form /BBox [0 0 612 792] /Resources << /XObject << /I 5 0 R >> >>",
    ),
  );

/** A page of 1,400 kilometers. */
export const hugePage = () =>
  onePage("/MediaBox [0 0 99999999 99999999] /Contents 4 0 R", pdfStream("0 0 9999999 9999999 re f"));

export const encrypted = () =>
  pdfOf(
    [
      CATALOG,
      "<< /Type /Pages /Kids [] /Count 0 >>",
      `<< /Filter /Standard /V 1 /R 2 /O ${key} /U ${key} /P -4 >>`,
    ],
    "/Encrypt 3 0 R /ID [(0123456789abcdef) (0123456789abcdef)]",
  );
const key = "(0123456789abcdef0123456789abcdef)";

export const truncated = () => makePdf([{ text: "Total 42 EUR" }]).subarray(0, 250);

/** Opening it runs a program, in viewers that run it. */
export const withProgram = () =>
  pdfOf([
    "<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /JavaScript /JS (while \\(true\\) {}) >> >>",
    ONE_PAGE,
    `<< /Type /Page /Parent 2 0 R ${SIZE} /Contents 4 0 R /Resources << /Font << /F 5 0 R >> >> /AA << /O << /S /JavaScript /JS (while \\(true\\) {}) >> >> >>`,
    pdfStream("BT /F 12 Tf 72 720 Td (harmless) Tj ET"),
    "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
  ]);
