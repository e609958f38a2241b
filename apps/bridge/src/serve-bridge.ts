import {
  createLogger,
  describeFlags,
  loadSettings,
  logSection,
  parseFlags,
  serve,
} from "@ollama-bridge/server-kit";
import { bridgeInfo } from "./bridge-info.ts";
import { startEngineForServe } from "./engine.ts";
import { selectResources, selectTools, withFlags } from "./select-tools.ts";
import { serveFlags } from "./serve-flags.ts";
import { toolsSection } from "./tools-config.ts";
import { createToolsets } from "./toolsets.ts";

/** Serves the composed servers over stdio or HTTP. */
export async function serveBridge(args: string[]): Promise<void> {
  const flags = parseFlags(serveFlags, args);
  if (flags.help || flags.version) {
    process.stdout.write(`${flags.version ? bridgeInfo.version : describeFlags(serveFlags)}\n`);
    return;
  }
  const source = { configPath: flags.config, trustProject: flags["trust-project"] };
  let settings = await loadSettings({ ...source, env: process.env });
  const tools = withFlags(settings.read(toolsSection), flags);
  const log = createLogger(settings.read(logSection).level);
  const engine = flags.engine ? await startEngineForServe(log) : undefined;
  if (engine !== undefined)
    settings = await loadSettings({ ...source, env: { ...process.env, OLLAMA_BASE_URL: engine.url } });
  const toolsets = selectResources(createToolsets(settings), tools);
  if (engine !== undefined) toolsets.push({ name: "engine", tools: [], deps: {}, close: engine.close });
  const composition = {
    info: bridgeInfo,
    toolsets,
    log,
    results: tools.results,
    select: (bound: Parameters<typeof selectTools>[0]) => selectTools(bound, tools),
  };
  await serve(composition, settings, flags.http);
}
