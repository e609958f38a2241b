import { homedir } from "node:os";
import { join } from "node:path";

const NAME = "ollama-bridge";

/** Returns where this platform keeps a program's data for good: never a temporary folder. */
export function dataFolder(env: NodeJS.ProcessEnv, platform: NodeJS.Platform = process.platform): string {
  const home = homedir();
  if (platform === "win32") return join(env.LOCALAPPDATA || join(home, "AppData", "Local"), NAME);
  if (platform === "darwin") return join(home, "Library", "Application Support", NAME);
  return join(env.XDG_DATA_HOME || join(home, ".local", "share"), NAME);
}
