import {
  createLogger,
  loadSettings,
  logSection,
  parseFlags,
  serve,
  withoutManaging,
} from "@ollama-bridge/server-kit";
import { bridgeInfo } from "./bridge-info.ts";
import { startEngineForServe } from "./engine.ts";
import { serveFlags } from "./serve-flags.ts";
import { createToolsets } from "./toolsets.ts";

/** Serves the composed servers over stdio or HTTP. */
export async function serveBridge(args: string[]): Promise<void> {
  const flags = parseFlags(serveFlags, args);
  const source = { configPath: flags.config, trustProject: flags["trust-project"] };
  let settings = await loadSettings({ ...source, env: process.env });
  const log = createLogger(settings.read(logSection).level);
  const engine = flags.engine ? await startEngineForServe(log) : undefined;
  if (engine !== undefined) settings = { ...settings, env: { ...settings.env, OLLAMA_BASE_URL: engine.url } };
  const toolsets = createToolsets(settings);
  if (engine !== undefined) toolsets.push({ name: "engine", tools: [], deps: {}, close: engine.close });
  const composition = {
    info: bridgeInfo,
    toolsets,
    log,
    results: flags.results === "text" ? ("text" as const) : ("structured" as const),
    ...(flags["allow-manage"] ? {} : { select: withoutManaging }),
  };
  await serve(composition, settings, flags.http);
}
