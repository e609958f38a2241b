import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Machine } from "./machine.ts";
import { projectOf } from "./project-of.ts";

export const scopes = ["user", "project", "local"] as const;
export type Scope = (typeof scopes)[number];

/** Where a client keeps its servers: a file, and the keys in it that lead to them. */
export interface Place {
  file: string;
  keys: string[];
}

/** A client, and how a server is registered with it. */
export interface Client {
  /** As `--client` takes it. */
  name: string;
  title: string;
  /** A program of it that may be on the PATH. */
  program?: string;
  /** Folders and files that are there once it has run. */
  traces(machine: Machine): string[];
  format: "json" | "toml";
  /** Settings of an entry beside command, arguments and environment. */
  settings?: Record<string, string>;
  /**
   * It gives its model structured content and hides the text. Then a server leaves structured content out of its
   * answers, so that what a model wrote arrives as it wrote it and not as a string inside JSON.
   */
  hidesText: boolean;
  scopes: Partial<Record<Scope, (machine: Machine) => Place[]>>;
}

const inProject =
  (key: string, ...path: string[]) =>
  ({ cwd }: Machine): Place[] => [{ file: join(cwd, ...path), keys: [key] }];

const claudeCodeFile = ({ home, env }: Machine) => join(env.CLAUDE_CONFIG_DIR || home, ".claude.json");
const codexHome = ({ home, env }: Machine) => env.CODEX_HOME || join(home, ".codex");
const geminiFolder = ({ home, env }: Machine) => join(env.GEMINI_CLI_HOME || home, ".gemini");
const cursorFolder = ({ home }: Machine) => join(home, ".cursor");

/** Where programs with windows keep a user's settings. */
function applicationData({ platform, home, env }: Machine): string {
  if (platform === "win32") return env.APPDATA || join(home, "AppData", "Roaming");
  if (platform === "darwin") return join(home, "Library", "Application Support");
  return env.XDG_CONFIG_HOME || join(home, ".config");
}

/** VS Code's two editions, of which the ones that are there count, else the usual one. */
function codeFolders(machine: Machine): string[] {
  const [code, insiders] = ["Code", "Code - Insiders"].map((edition) =>
    join(applicationData(machine), edition),
  ) as [string, string];
  return existsSync(insiders) ? [...(existsSync(code) ? [code] : []), insiders] : [code];
}

function claudeDesktopFolder(machine: Machine): string {
  const { home, env } = machine;
  // Installed from Windows' store, it sees a folder of its own in the place of the usual one.
  const store = join(env.LOCALAPPDATA || join(home, "AppData", "Local"), "Packages", "Claude_pzs8sxrjxfjjc");
  if (machine.platform === "win32" && existsSync(store))
    return join(store, "LocalCache", "Roaming", "Claude");
  return join(applicationData(machine), "Claude");
}

export const clients: readonly Client[] = [
  {
    name: "claude-code",
    title: "Claude Code",
    program: "claude",
    traces: (machine) => [claudeCodeFile(machine)],
    format: "json",
    hidesText: true, // measured
    scopes: {
      user: (machine) => [{ file: claudeCodeFile(machine), keys: ["mcpServers"] }],
      project: inProject("mcpServers", ".mcp.json"),
      local: (machine) => [
        { file: claudeCodeFile(machine), keys: ["projects", projectOf(machine.cwd), "mcpServers"] },
      ],
    },
  },
  {
    name: "codex",
    title: "Codex",
    program: "codex",
    traces: (machine) => [codexHome(machine)],
    format: "toml",
    hidesText: true, // its source says so
    scopes: {
      user: (machine) => [{ file: join(codexHome(machine), "config.toml"), keys: ["mcp_servers"] }],
      project: inProject("mcp_servers", ".codex", "config.toml"),
    },
  },
  {
    name: "gemini",
    title: "Gemini CLI",
    program: "gemini",
    traces: (machine) => [geminiFolder(machine)],
    format: "json",
    hidesText: false,
    scopes: {
      user: (machine) => [{ file: join(geminiFolder(machine), "settings.json"), keys: ["mcpServers"] }],
      project: inProject("mcpServers", ".gemini", "settings.json"),
    },
  },
  {
    name: "vscode",
    title: "VS Code",
    program: "code",
    traces: codeFolders,
    format: "json",
    settings: { type: "stdio" },
    hidesText: true, // reported
    scopes: {
      user: (machine) =>
        codeFolders(machine).map((folder) => ({ file: join(folder, "User", "mcp.json"), keys: ["servers"] })),
      project: inProject("servers", ".vscode", "mcp.json"),
    },
  },
  {
    name: "cursor",
    title: "Cursor",
    program: "cursor",
    traces: (machine) => [cursorFolder(machine)],
    format: "json",
    hidesText: false,
    scopes: {
      user: (machine) => [{ file: join(cursorFolder(machine), "mcp.json"), keys: ["mcpServers"] }],
      project: inProject("mcpServers", ".cursor", "mcp.json"),
    },
  },
  {
    name: "claude-desktop",
    title: "Claude Desktop",
    traces: (machine) => [claudeDesktopFolder(machine)],
    format: "json",
    hidesText: false,
    scopes: {
      user: (machine) => [
        { file: join(claudeDesktopFolder(machine), "claude_desktop_config.json"), keys: ["mcpServers"] },
      ],
    },
  },
];
