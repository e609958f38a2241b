import { defineConfig } from "tsup";
import { executable } from "../../tsup.base.ts";

export default defineConfig(executable({ bin: "src/bin.ts" }));
