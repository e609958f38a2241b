import { createRequire } from "node:module";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { PdfJs } from "./pdfjs.ts";

/** The library, and the options that say where its data are. */
export interface LoadedPdfJs {
  pdfjs: PdfJs;
  data: object;
  /** Whether a character map was looked for in vain since this was asked last. */
  lacksLetters(): boolean;
  /** Absent: it can draw. */
  cannotDraw?: string;
}

const here = createRequire(import.meta.url);

/**
 * The installed library, else the one that this program carries, which is the code alone: without the character maps, the
 * fonts and the decoders it reads most texts and draws nothing. Undefined where there is neither.
 */
export async function loadPdfJs(): Promise<LoadedPdfJs | undefined> {
  const manifest = resolved("pdfjs-dist/package.json", here);
  if (manifest === undefined) {
    const pdfjs = await carried();
    let lacks = false;
    class NoData {
      async fetch({ kind }: { kind: string }): Promise<never> {
        lacks ||= kind === "cMapUrl";
        throw new Error("pdfjs-dist is not installed");
      }
    }
    const lacksLetters = () => {
      const lacked = lacks;
      lacks = false;
      return lacked;
    };
    return (
      pdfjs && {
        pdfjs,
        data: { BinaryDataFactory: NoData },
        lacksLetters,
        cannotDraw: "pdfjs-dist is not installed",
      }
    );
  }
  const folder = pathToFileURL(manifest);
  const file = (path: string) => new URL(path, folder);
  const pdfjs: PdfJs = await import(file("legacy/build/pdf.min.mjs").href);
  // The library takes paths, and looks for a slash at their end on every system.
  const path = (name: string) => fileURLToPath(file(name)).replaceAll("\\", "/");
  const canvas = whyCanvasIsMissing(manifest);
  return {
    pdfjs,
    lacksLetters: () => false,
    data: { cMapUrl: path("cmaps/"), standardFontDataUrl: path("standard_fonts/"), wasmUrl: path("wasm/") },
    ...(canvas === undefined ? {} : { cannotDraw: canvas }),
  };
}

async function carried(): Promise<PdfJs | undefined> {
  try {
    return await import("./carried-pdfjs.ts");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ERR_MODULE_NOT_FOUND") throw error;
    return undefined;
  }
}

/** The library takes the canvas from where it lies itself, and the binary of this system may be missing there. */
function whyCanvasIsMissing(from: string): string | undefined {
  try {
    createRequire(from)("@napi-rs/canvas");
    return undefined;
  } catch (error) {
    const [first = ""] = (error instanceof Error ? error.message : String(error)).split("\n");
    return resolved("@napi-rs/canvas", createRequire(from)) === undefined
      ? "@napi-rs/canvas is not installed"
      : first;
  }
}

function resolved(name: string, from: NodeJS.Require): string | undefined {
  try {
    return from.resolve(name);
  } catch {
    return undefined;
  }
}
