import { defineConfig } from "tsup";
import { executable, installed, library } from "../../tsup.base.ts";

export default defineConfig([
  library(["src/index.ts", "src/consult-toolset.ts"]),
  executable({ bin: "src/bin.ts" }, installed),
]);
