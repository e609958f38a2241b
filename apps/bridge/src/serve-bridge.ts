import {
  createLogger,
  logSection,
  parseFlags,
  readSection,
  serve,
  withoutManaging,
} from "@ollama-bridge/server-kit";
import { bridgeInfo } from "./bridge-info.ts";
import { startEngineIfAsked } from "./engine.ts";
import { serveFlags } from "./serve-flags.ts";
import { createToolsets } from "./toolsets.ts";

/** Serves the composed servers over stdio. */
export async function serveBridge(args: string[]): Promise<void> {
  const flags = parseFlags(serveFlags, args);
  const log = createLogger(readSection(logSection, process.env).level);
  const engine = flags.engine ? await startEngineIfAsked(log) : undefined;
  const env = engine === undefined ? process.env : { ...process.env, OLLAMA_BASE_URL: engine.url };
  const toolsets = createToolsets(env);
  await serve({
    info: bridgeInfo,
    toolsets:
      engine === undefined
        ? toolsets
        : [...toolsets, { name: "engine", tools: [], deps: {}, close: engine.close }],
    log,
    results: flags.results === "text" ? "text" : "structured",
    select: flags["allow-manage"] ? (tools) => tools : withoutManaging,
  });
}
