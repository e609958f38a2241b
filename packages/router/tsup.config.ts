import { defineConfig } from "tsup";
import { executable, installed, library, pdfLibraries, pdfWorker } from "../../tsup.base.ts";

export default defineConfig([
  library(["src/index.ts", "src/router-toolset.ts"]),
  executable(
    { bin: "src/bin.ts", ...pdfWorker },
    { external: [...installed.external, ...pdfLibraries], routes: true },
  ),
]);
