// The library as the bridge carries it; single servers carry none, and importing this fails there.
import { WorkerMessageHandler } from "pdfjs-dist/legacy/build/pdf.worker.min.mjs";

// It looks here for its other half before it looks for a file.
Object.assign(globalThis, { pdfjsWorker: { WorkerMessageHandler } });

export { getDocument } from "pdfjs-dist/legacy/build/pdf.min.mjs";
