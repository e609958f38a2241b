import {
  type BoundTool,
  createLogger,
  describeFlags,
  type FlagDefinitions,
  loadSettings,
  logSection,
  parseFlags,
  serve,
  serverFlags,
} from "@ollama-bridge/server-kit";
import { bridgeInfo } from "./bridge-info.ts";
import { configSections } from "./config-sections.ts";
import { startEngineForServe } from "./engine.ts";
import { selectResources, selectTools, selectWithin, withFlags } from "./select-tools.ts";
import { toolsSection } from "./tools-config.ts";
import { createToolsets } from "./toolsets.ts";

/** Flags of `serve`. */
const serveFlags = {
  ...serverFlags,
  all: { type: "boolean", description: "List every tool of every server, not one tool per job" },
  only: { type: "string", description: "Whole servers: core, discovery, router, consult, memory, messages" },
  tools: { type: "string", description: "Single tools, by name" },
  without: { type: "string", description: "All of them but these tools" },
  engine: { type: "boolean", description: "Start the embedded engine and use it" },
} as const satisfies FlagDefinitions;

/** Serves the composed servers over stdio or HTTP. */
export async function serveBridge(args: string[]): Promise<void> {
  const flags = parseFlags(serveFlags, args);
  if (flags.help || flags.version) {
    process.stdout.write(`${flags.version ? bridgeInfo.version : describeFlags(serveFlags)}\n`);
    return;
  }
  const { config: configPath, "trust-project": trustProject } = flags;
  const source = { configPath, trustProject, sections: configSections };
  let settings = await loadSettings({ ...source, env: process.env });
  const tools = withFlags(settings.read(toolsSection), flags);
  const log = createLogger(settings.read(logSection).level);
  const engine = flags.engine ? await startEngineForServe(log) : undefined;
  if (engine !== undefined)
    settings = await loadSettings({ ...source, env: { ...process.env, OLLAMA_BASE_URL: engine.url } });
  let toolsets = selectResources(createToolsets(settings), tools);
  const { project } = settings;
  const projectTools = project?.read(toolsSection, tools);
  if (projectTools !== undefined) toolsets = selectResources(toolsets, projectTools);
  if (engine !== undefined)
    toolsets.push({ name: "engine", tools: [], dependencies: {}, close: engine.close });
  const composition = {
    info: bridgeInfo,
    toolsets,
    log,
    results: tools.results,
    select(bound: BoundTool[]) {
      const listed = selectTools(bound, tools);
      return project && projectTools ? selectWithin(listed, bound, project, projectTools) : listed;
    },
  };
  await serve(composition, settings, flags.http);
}
