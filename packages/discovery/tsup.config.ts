import { defineConfig } from "tsup";
import { executable, installed, library } from "../../tsup.base.ts";

export default defineConfig([
  library(["src/index.ts", "src/discovery-toolset.ts"]),
  executable({ bin: "src/bin.ts" }, installed),
]);
