import { foundationErrors, sha256 } from "@ollama-bridge/foundation";
import type { Logger, Settings, SmallFile, Trust } from "@ollama-bridge/server-kit";
import type { ExternalServerConfig, MemorySettings } from "../config.ts";
import type { Announce } from "../store/entry-table.ts";
import { memoryServerIn, mentionsMemoryServer, projectFiles, readMcpJson, userFiles } from "./mcp-json.ts";

/** In the environment of every server that is started from here, so that one of ours starts no further one. */
export const CHILD_MARKER = "OLLAMA_BRIDGE_MEMORY_CHILD";

/** An external memory that somebody configured. */
export interface ExternalServer {
  /** Known again by this over restarts: what waits for it waits under this name. */
  id: string;
  /** Where it was configured. */
  source: string;
  config: ExternalServerConfig;
}

/**
 * Finds the configured external memories, in the order in which they are tried.
 * @throws BridgeError CONFIG_INVALID for MEMORY_MCP_ARGS that begin like a JSON array and are none.
 */
export async function findExternal(
  { env, trustOf }: Pick<Settings, "env" | "trustOf">,
  { external }: MemorySettings,
  log: Logger,
): Promise<ExternalServer[]> {
  if (env[CHILD_MARKER]) return [];
  const found: ExternalServer[] = [];
  if (external !== undefined)
    found.push(
      externalServer(env.REMEMBER_MCP_CONFIG?.trim() ? "REMEMBER_MCP_CONFIG" : "memory.external", external),
    );
  const take = (file: string, read: SmallFile | undefined) => {
    const config = read && memoryServerIn(file, read.text, env, log);
    if (config !== undefined) found.push(externalServer(file, config));
  };
  const users = userFiles(env);
  for (const file of users) {
    take(file, await readMcpJson(file, log));
  }
  for (const file of projectFiles(process.cwd())) {
    if (users.includes(file)) continue;
    const read = await readMcpJson(file, log);
    if (read === undefined) continue;
    const trust = await trustOf({ path: file, sha256: read.sha256 });
    if (trust === "trusted") take(file, read);
    else if (mentionsMemoryServer(read.text)) log.error({ file }, refusal(file, trust)); // whatever level is logged;
  }
  const command = env.MEMORY_MCP_CMD?.trim();
  if (command)
    found.push(externalServer("MEMORY_MCP_CMD", { command, args: commandArguments(env.MEMORY_MCP_ARGS) }));
  return found;
}

function refusal(file: string, trust: Trust): string {
  const why = trust === "changed" ? "has changed since it was trusted" : "is not trusted";
  return `${file} names a memory server, which is not started, because the file ${why}. If it is yours: ollama-bridge-mcp trust, or BRIDGE_TRUST_PROJECT=1.`;
}

/** Who hears of writes before any server was reached: the first of the candidates; of a child's, nobody. */
export function announceTo(first: ExternalServer | undefined, env: NodeJS.ProcessEnv): () => Announce {
  return () => (env[CHILD_MARKER] ? "nobody" : { to: first?.id });
}

/** A configured server, under the name by which it is known again. */
export function externalServer(source: string, config: ExternalServerConfig): ExternalServer {
  const { command, args = [], url } = config;
  const id = sha256(JSON.stringify([command, args, url]))
    .toString("hex")
    .slice(0, 16);
  return { id, source, config };
}

/** A JSON array, or words separated by spaces. */
export function commandArguments(text = ""): string[] {
  const trimmed = text.trim();
  if (!trimmed.startsWith("[")) return trimmed === "" ? [] : trimmed.split(/\s+/);
  try {
    const list: unknown = JSON.parse(trimmed);
    if (Array.isArray(list) && list.every((each) => typeof each === "string")) return list;
  } catch {
    // falls through to what is wrong with it
  }
  throw foundationErrors.create("CONFIG_INVALID", "MEMORY_MCP_ARGS is not a JSON array of strings", {
    details: { variable: "MEMORY_MCP_ARGS" },
    hint: 'Write ["first", "second"], or words separated by spaces.',
  });
}

/** Says where the server is, without what may be secret: no arguments, no password, no query. */
export function locationOf({ config, source }: ExternalServer): string {
  if (config.url === undefined) return `${config.command} (${source})`;
  const { origin, pathname } = new URL(config.url);
  return `${origin}${pathname}`;
}
