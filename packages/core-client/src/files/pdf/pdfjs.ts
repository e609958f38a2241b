/** What is used of pdfjs-dist: its own types need those of a browser. */
export interface PdfJs {
  getDocument(options: object): { promise: Promise<PdfDocument>; destroy(): Promise<void> };
}

export interface PdfDocument {
  numPages: number;
  getPage(page: number): Promise<PdfPage>;
  canvasFactory: { create(width: number, height: number): { canvas: Canvas; context: CanvasContext } };
}

export interface PdfPage {
  getTextContent(
    options: object,
  ): Promise<{ items: ({ str: string; hasEOL: boolean } | { type: string })[] }>;
  getAnnotations(): Promise<{ fieldName?: string | undefined; fieldValue?: unknown }[]>;
  getViewport(options: { scale: number }): Viewport;
  render(options: { canvas: null; canvasContext: CanvasContext; viewport: Viewport }): {
    promise: Promise<void>;
  };
  cleanup(): boolean;
}

interface Viewport {
  width: number;
  height: number;
}

interface Canvas {
  width: number;
  height: number;
  toBuffer(type: "image/png"): Buffer;
}

interface CanvasContext {
  getImageData(x: number, y: number, width: number, height: number): { data: Uint8ClampedArray };
}
