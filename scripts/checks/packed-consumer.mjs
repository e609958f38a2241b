// What is packed works for somebody else: installed from the tarballs in an empty folder, it type-checks, loads and serves.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createTestOllama } from "@ollama-bridge/test-kit";
import { packAll } from "../pack.mjs";
import { installedManifest, installInto, nodeTypes, useLibraries } from "../published/consumer.mjs";
import { MODEL, serverEnvironment, serversAmong, useServer } from "../published/servers.mjs";

const folder = mkdtempSync(join(tmpdir(), "ollama-bridge-consumer-"));
const ollama = await createTestOllama({ models: [{ name: MODEL }] });
try {
  const tarballs = await packAll(folder);
  const names = Object.keys(tarballs);
  const project = join(folder, "project");
  // The engine's llama.cpp has hundreds of megabytes of builds that its own tests look after.
  const flags = ["--prefer-offline", "--omit=optional", "--ignore-scripts", "--no-audit", "--no-fund"];
  await installInto(project, [...Object.values(tarballs), nodeTypes()], process.env, flags);
  const entries = await useLibraries(project, names);
  console.log(`${names.length} packages installed, ${entries} entries type-checked and loaded`);

  const env = serverEnvironment(folder, ollama.url);
  for (const name of serversAmong(names))
    for (const [bin, file] of Object.entries(installedManifest(project, name).bin)) {
      const args = [join(project, "node_modules", name, file)];
      const { tools } = await useServer(name, { command: process.execPath, args, cwd: project, env });
      console.log(`${bin} lists ${tools} tools and answers a call`);
    }
} finally {
  await ollama.close();
  rmSync(folder, { recursive: true, force: true });
}
