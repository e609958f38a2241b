import { homedir } from "node:os";
import { join } from "node:path";

/** The folder of the user's own configuration. */
export function userFolder(env: NodeJS.ProcessEnv): string {
  const base = process.platform === "win32" ? env.APPDATA : env.XDG_CONFIG_HOME;
  return join(base || join(homedir(), ".config"), "ollama-bridge");
}
