import { defineConfig } from "tsup";
import { executable, installed, library, pdfLibraries, pdfWorker } from "../../tsup.base.ts";

export default defineConfig([
  library(["src/index.ts", "src/config.ts", "src/core-toolset.ts", "src/shared-tools.ts"]),
  executable({ bin: "src/bin.ts", ...pdfWorker }, { external: [...installed.external, ...pdfLibraries] }),
]);
