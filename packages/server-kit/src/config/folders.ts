import { homedir } from "node:os";
import { basename, join } from "node:path";

/** The folder of the user's own configuration. */
export function userFolder(env: NodeJS.ProcessEnv): string {
  const base = process.platform === "win32" ? env.APPDATA : env.XDG_CONFIG_HOME;
  return join(base || join(homedir(), ".config"), "ollama-bridge");
}

/** Returns the namespace of what is kept for a project, unless the configuration names another: its folder's name. */
export function projectNamespace(): string {
  return basename(process.cwd()) || "default";
}
