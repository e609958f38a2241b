import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** An environment in which a server finds no Ollama but the one it is given, and keeps nothing of the user's. */
export interface QuietEnvironment {
  env: Record<string, string>;
  /** Removes what was kept. */
  clear(): Promise<void>;
}

/** `discovery` are settings of that section, beside the scan of this machine being off. */
export async function quietEnvironment(ollamaUrl: string, discovery: object = {}): Promise<QuietEnvironment> {
  const folder = await mkdtemp(join(tmpdir(), "ollama-bridge-test-"));
  const config = join(folder, "config.json");
  await writeFile(config, JSON.stringify({ discovery: { scan_local: false, ...discovery } }));
  return {
    env: {
      OLLAMA_BASE_URL: ollamaUrl,
      BRIDGE_CONFIG: config,
      MEMORY_DIR: folder,
      XDG_DATA_HOME: folder,
      NO_COLOR: "1",
    },
    clear: () => rm(folder, { recursive: true, force: true }),
  };
}
