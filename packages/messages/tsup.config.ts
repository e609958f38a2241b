import { defineConfig } from "tsup";
import { codeParsers, codeWorker, executable, installed, library } from "../../tsup.base.ts";

export default defineConfig([
  library(["src/index.ts", "src/config.ts", "src/messages-toolset.ts"]),
  executable({ bin: "src/bin.ts", ...codeWorker }, { external: [...installed.external, ...codeParsers] }),
]);
