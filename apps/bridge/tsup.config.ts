import { defineConfig } from "tsup";
import { codeWorker, executable } from "../../tsup.base.ts";

export default defineConfig(
  executable({ bin: "src/bin.ts", ...codeWorker }, { external: ["@ollama-bridge/engine"], routes: true }),
);
