import { defineConfig } from "tsup";
import { executable, library } from "../../tsup.base.ts";

export default defineConfig([
  library(["src/index.ts", "src/router-toolset.ts"]),
  executable({ bin: "src/bin.ts" }, { routes: true }),
]);
