import { defineConfig } from "tsup";
import { codeWorker, executable, pdfWorker } from "../../tsup.base.ts";

export default defineConfig(
  executable(
    { bin: "src/bin.ts", ...codeWorker, ...pdfWorker },
    { external: ["@ollama-bridge/engine"], routes: true },
  ),
);
