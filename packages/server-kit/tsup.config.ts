import { defineConfig } from "tsup";
import { library } from "../../tsup.base.ts";

export default defineConfig(
  library([
    "src/index.ts",
    "src/addresses.ts",
    "src/errors.ts",
    "src/start.ts",
    "src/storage/index.ts",
    "src/testing.ts",
    "src/visible.ts",
  ]),
);
