import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { createTestOllama, type TestOllama } from "@ollama-bridge/test-kit";
import { type SpawnedServer, spawnHttpServer } from "@ollama-bridge/test-kit/contract";

/** The built bridge, over HTTP and as a command to start, on a scriptable Ollama with the model `llama3.2`. */
export interface BuiltBridge {
  ollama: TestOllama;
  /** Its HTTP endpoint. */
  url: string;
  /** Its executable, a script of Node's. */
  bin: string;
  command: string;
  args: string[];
  env: Record<string, string>;
  close(): Promise<void>;
}

const bin = fileURLToPath(new URL("../../dist/bin.js", import.meta.url));

export async function startBuiltBridge(): Promise<BuiltBridge> {
  const ollama = await createTestOllama({
    models: [{ name: "llama3.2", answer: ({ prompt }) => `You said ${prompt}` }],
  });
  const folder = await mkdtemp(join(tmpdir(), "ollama-bridge-interop-"));
  const config = join(folder, "config.json");
  // Nothing of this machine but the scriptable Ollama: no scan, no data of other runs.
  await writeFile(config, JSON.stringify({ discovery: { scan_local: false } }));
  const dataFolders = { HOME: folder, XDG_DATA_HOME: folder, LOCALAPPDATA: folder };
  const env = { OLLAMA_BASE_URL: ollama.url, BRIDGE_CONFIG: config, ...dataFolders };
  const args = ["serve", "--all"];
  const server: SpawnedServer = await spawnHttpServer(bin, args, env);
  return {
    ollama,
    url: server.url,
    bin,
    command: process.execPath,
    args: [bin, ...args],
    env,
    async close() {
      await server.stop();
      await ollama.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
