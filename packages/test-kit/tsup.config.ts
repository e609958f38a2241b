import { defineConfig } from "tsup";
import { executable, library } from "../../tsup.base.ts";

export default defineConfig([
  library(["src/index.ts", "src/contract/index.ts"]),
  executable({ bin: "src/bin.ts" }),
]);
