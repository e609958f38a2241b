import { homedir } from "node:os";
import path from "node:path";

/** The folder of fetched models in the user's cache. */
export function modelCacheFolder(env: NodeJS.ProcessEnv, platform = process.platform): string {
  return path.join(userCacheFolder(env, platform), "ollama-bridge", "models");
}

function userCacheFolder(env: NodeJS.ProcessEnv, platform: NodeJS.Platform): string {
  if (env.XDG_CACHE_HOME) return env.XDG_CACHE_HOME;
  const home = env.HOME || homedir();
  if (platform === "darwin") return path.join(home, "Library", "Caches");
  if (platform === "win32") return env.LOCALAPPDATA || path.join(home, "AppData", "Local");
  return path.join(home, ".cache");
}
