import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import type { Logger } from "@ollama-bridge/server-kit";
import { type ExternalServerConfig, externalServerSchema } from "../config.ts";

const SERVER_NAME = "memory";

/** The user's own files: VS Code's, and Cursor's. */
export function userFiles(env: NodeJS.ProcessEnv, platform: NodeJS.Platform = process.platform): string[] {
  const home = homedir();
  const base =
    platform === "win32"
      ? env.APPDATA || join(home, "AppData", "Roaming")
      : platform === "darwin"
        ? join(home, "Library", "Application Support")
        : env.XDG_CONFIG_HOME || join(home, ".config");
  return [join(base, "Code", "User", "mcp.json"), join(home, ".cursor", "mcp.json")];
}

/** Files that came with a project, from the folder upwards. */
export function projectFiles(folder: string): string[] {
  const file = join(folder, ".vscode", "mcp.json");
  const above = dirname(folder);
  return above === folder ? [file] : [file, ...projectFiles(above)];
}

/** The server named `memory` in such a file; a file that says it wrongly is named in a warning and passed over. */
export async function memoryServerIn(
  file: string,
  env: NodeJS.ProcessEnv,
  log: Logger,
): Promise<ExternalServerConfig | undefined> {
  let entry: unknown;
  try {
    const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT" || error.code === "ENOTDIR") return undefined;
      throw error;
    });
    if (text === undefined) return undefined;
    const { servers, mcpServers } = JSON.parse(withoutComments(text)) ?? {};
    entry = servers?.[SERVER_NAME] ?? mcpServers?.[SERVER_NAME];
    if (entry === undefined) return undefined;
    const {
      type,
      command,
      args,
      env: variables,
      cwd,
      url,
      headers,
    } = resolved(entry, file, env) as ExternalServerConfig;
    const server = externalServerSchema.parse({ type, command, args, env: variables, cwd, url, headers });
    if (server.command !== undefined || server.url !== undefined) return server;
    throw new Error(`${SERVER_NAME} has neither command nor url`);
  } catch (error) {
    log.warn({ file, err: (error as Error).message }, `the server ${SERVER_NAME} in ${file} cannot be used`);
    return undefined;
  }
}

/** Clients allow comments and trailing commas in these files. */
function withoutComments(text: string): string {
  return text
    .replace(/("(?:\\.|[^"\\])*")|\/\/[^\n]*|\/\*[\s\S]*?\*\//g, (_, string) => string ?? "")
    .replace(/("(?:\\.|[^"\\])*")|,(?=\s*[}\]])/g, (_, string) => string ?? "");
}

/** Fills in the variables of VS Code that have a value here. */
function resolved(entry: unknown, file: string, env: NodeJS.ProcessEnv): unknown {
  const fill = (text: string) =>
    text.replace(/\$\{(?:(env|input):)?([^}]+)\}/g, (whole, kind: string | undefined, name: string) => {
      if (kind === "env") return env[name] ?? "";
      if (kind === undefined && name === "workspaceFolder") return dirname(dirname(file));
      if (kind === undefined && name === "userHome") return homedir();
      throw new Error(`${whole} has no value outside the client`);
    });
  return JSON.parse(JSON.stringify(entry), (_key, value) =>
    typeof value === "string" ? fill(value) : value,
  );
}
