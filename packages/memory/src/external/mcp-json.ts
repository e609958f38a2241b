import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { foldersUpwards, type Logger, readSmallFile, type SmallFile } from "@ollama-bridge/server-kit";
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

/** The file that a project keeps its servers for VS Code in. */
export const mcpJsonIn = (folder: string) => join(folder, ".vscode", "mcp.json");

/** Files that came with a project, from the folder upwards. */
export const projectFiles = (folder: string) => [...foldersUpwards(folder)].map(mcpJsonIn);

/** Reads such a file, if there is one; one that cannot be read is named in a warning and passed over. */
export async function readMcpJson(file: string, log: Logger): Promise<SmallFile | undefined> {
  try {
    return await readSmallFile(file);
  } catch (error) {
    passOver(file, error, log);
    return undefined;
  }
}

function passOver(file: string, error: unknown, log: Logger): void {
  log.warn({ file, err: (error as Error).message }, `the server ${SERVER_NAME} in ${file} cannot be used`);
}

/** Whether the text may name such a server; it is not taken apart for that. */
export const mentionsMemoryServer = (text: string) => text.includes(`"${SERVER_NAME}"`);

/** The server named `memory` in such a file; a file that says it wrongly is named in a warning and passed over. */
export function memoryServerIn(
  file: string,
  text: string,
  env: NodeJS.ProcessEnv,
  log: Logger,
): ExternalServerConfig | undefined {
  let entry: unknown;
  try {
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
    passOver(file, error, log);
    return undefined;
  }
}

/** Clients allow comments and trailing commas in these files. What is not closed goes to the end, and is looked at once. */
function withoutComments(text: string): string {
  return text
    .replace(
      /("(?:\\[\s\S]|[^"\\])*(?:"|\\?$))|\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/g,
      (_, string) => string ?? "",
    )
    .replace(/("(?:\\[\s\S]|[^"\\])*(?:"|\\?$))|,(?=\s*[}\]])/g, (_, string) => string ?? "");
}

/** Fills in the variables of VS Code that have a value here. */
function resolved(entry: unknown, file: string, env: NodeJS.ProcessEnv): unknown {
  const fill = (text: string) =>
    text.replace(/\$\{(?:(env|input):)?([^{}]+)\}/g, (whole, kind: string | undefined, name: string) => {
      if (kind === "env") return env[name] ?? "";
      if (kind === undefined && name === "workspaceFolder") return dirname(dirname(file));
      if (kind === undefined && name === "userHome") return homedir();
      throw new Error(`${whole} has no value outside the client`);
    });
  return JSON.parse(JSON.stringify(entry), (_key, value) =>
    typeof value === "string" ? fill(value) : value,
  );
}
