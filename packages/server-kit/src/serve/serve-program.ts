import type { ConfigSection } from "../config/config-section.ts";
import { loadSettings, type Settings } from "../config/settings.ts";
import { httpSection } from "../http/http-config.ts";
import { createLogger } from "../log/create-logger.ts";
import { logSection } from "../log/log-config.ts";
import { type Toolset, withoutManaging } from "../tool/toolset.ts";
import type { ServerInfo } from "./create-server.ts";
import { describeFlags, parseFlags, serverFlags } from "./flags.ts";
import { serve } from "./serve.ts";

/** What a package's own server consists of. */
export interface ServerProgram {
  info: ServerInfo;
  /** The sections of the configuration that its toolsets read. */
  sections: readonly ConfigSection[];
  toolsets(settings: Settings): Toolset[];
}

/** Runs the whole of a package's executable: reads flags, file and environment, then serves its toolsets. */
export async function serveProgram({ info, sections, toolsets }: ServerProgram): Promise<void> {
  const flags = parseFlags(serverFlags, process.argv.slice(2));
  if (flags.help || flags.version) {
    const usage = `${info.name} ${info.version}: an MCP server over stdio or HTTP.\n\n${describeFlags(serverFlags)}`;
    process.stdout.write(`${flags.version ? info.version : usage}\n`);
    return;
  }
  const settings = await loadSettings({
    env: process.env,
    configPath: flags.config,
    trustProject: flags["trust-project"],
    sections: [...sections, httpSection, logSection],
    sharesFile: true,
  });
  const log = createLogger(settings.read(logSection).level);
  const composition = {
    info,
    toolsets: toolsets(settings),
    log,
    results: flags.results === "text" ? ("text" as const) : ("structured" as const),
    ...(flags["allow-manage"] ? {} : { select: withoutManaging }),
  };
  await serve(composition, settings, flags.http);
}
