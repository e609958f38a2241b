// The library's own declarations need those of a browser, and its minified files have none.
declare module "pdfjs-dist/legacy/build/pdf.min.mjs" {
  export const getDocument: import("./pdfjs.ts").PdfJs["getDocument"];
}

declare module "pdfjs-dist/legacy/build/pdf.worker.min.mjs" {
  export const WorkerMessageHandler: object;
}
