import { readSection } from "./config.ts";
import type { ServerInfo } from "./create-server.ts";
import { describeFlags, parseFlags, serverFlags } from "./flags.ts";
import { logSection } from "./log-config.ts";
import { createLogger } from "./logger.ts";
import { withoutManaging } from "./select-tools.ts";
import { serve } from "./serve.ts";
import type { Toolset } from "./toolset.ts";

/** What a package's own server consists of. */
export interface ServerProgram {
  info: ServerInfo;
  toolsets(env: NodeJS.ProcessEnv): Toolset[];
}

/** The whole of a package's executable: reads flags and environment, then serves its toolsets. */
export async function serveProgram({ info, toolsets }: ServerProgram): Promise<void> {
  const flags = parseFlags(serverFlags, process.argv.slice(2));
  if (flags.help || flags.version) {
    const usage = `${info.name} ${info.version}: an MCP server over stdio.\n\n${describeFlags(serverFlags)}`;
    process.stdout.write(`${flags.version ? info.version : usage}\n`);
    return;
  }
  await serve({
    info,
    toolsets: toolsets(process.env),
    log: createLogger(readSection(logSection, process.env).level),
    results: flags.results === "text" ? "text" : "structured",
    select: flags["allow-manage"] ? (tools) => tools : withoutManaging,
  });
}
