// A release from end to end, against a registry on loopback: publish, install, use, upgrade, use again.
// The working tree is only read, and nothing leaves this machine.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createTestOllama } from "@ollama-bridge/test-kit";
import { run } from "./programs.mjs";
import { publicPackages } from "./public-packages.mjs";
import {
  install,
  installedManifest,
  installInto,
  nodeTypes,
  runProgram,
  useLibraries,
} from "./published/consumer.mjs";
import { startRegistry } from "./published/registry.mjs";
import { MODEL, serverEnvironment, serversAmong, useServer } from "./published/servers.mjs";
import { copyWorkingTree, nextVersion, publishAll } from "./published/working-copy.mjs";
import { skip } from "./skip.mjs";

const startedAt = performance.now();
const say = (text) =>
  console.log(`${((performance.now() - startedAt) / 1000).toFixed(1).padStart(6)} s  ${text}`);

const ENGINE = "@ollama-bridge/engine";
/** Packages with toolsets whose main entry needs nothing beside them. */
const SELF_CONTAINED = ["core-client", "discovery", "messages"].map((name) => `@ollama-bridge/${name}`);
// llama.cpp comes in hundreds of megabytes of builds, which the engine's own tests look after.
const flagsOf = (name) => (name === ENGINE ? ["--omit=optional", "--ignore-scripts"] : []);

await run("npm", ["view", "zod", "version"]).catch((error) =>
  skip(`the packages that ours depend on come from a registry, which cannot be reached: ${error.message}`),
);
const root = mkdtempSync(join(tmpdir(), "ollama-bridge-rehearsal-"));
const registry = await startRegistry(join(root, "registry"));
const ollama = await createTestOllama({ models: [{ name: MODEL }] });
const npm = registry.environment();
const names = publicPackages().map(({ manifest }) => manifest.name);
const servers = serversAmong(names);
const projectOf = (name) => join(root, "projects", name);

function expect(holds, otherwise) {
  if (!holds) throw new Error(otherwise);
}

/** Two at once: npm waits for the disk and the network half of the time. */
async function inPairs(items, work) {
  for (let index = 0; index < items.length; index += 2)
    await Promise.all(items.slice(index, index + 2).map(work));
}

/** Starts the server of `name` with npx in `cwd`, and expects it to be `version`. */
async function useWithNpx(name, cwd, npxFlag, version, options) {
  const env = serverEnvironment(projectOf(name), ollama.url, npm);
  const server = await useServer(name, { command: "npx", args: [npxFlag, name], cwd, env }, options);
  expect(server.version === version, `npx ${name} is ${server.version}, not ${version}`);
  say(`${name}@${version} lists ${server.tools} tools and answers a call`);
}

/** The entries that need nothing but what a package brings; toolsets leave more to those who use them. */
function ownEntries(name) {
  const { manifest } = publicPackages().find((each) => each.manifest.name === name);
  const peers = Object.keys(manifest.peerDependencies ?? {}).filter((peer) => peer !== ENGINE);
  if (peers.length === 0) return Object.keys(manifest.exports ?? {});
  return SELF_CONTAINED.includes(name) ? ["."] : [];
}

async function rehearse() {
  const copy = join(root, "copy");
  await copyWorkingTree(copy);
  const [{ manifest }] = publicPackages();
  await publishAll(copy, npm, join(root, "packed"));
  say(`${names.length} packages are published as ${manifest.version}`);

  await inPairs(names, async (name) => {
    await installInto(projectOf(name), [name, nodeTypes()], npm, flagsOf(name));
    const entries = await useLibraries(projectOf(name), [name], ownEntries(name));
    say(`${name} is installed alone, ${entries} entries type-checked and loaded`);
    const engine = installedManifest(projectOf(name), ENGINE);
    expect(name === ENGINE || engine === undefined, `${name} brings the engine with it`);
  });
  await inPairs(servers, (name) => useWithNpx(name, root, "-y", manifest.version));

  const next = await nextVersion(copy);
  await publishAll(copy, npm, join(root, "packed-next"));
  say(`${names.length} packages are published as ${next}`);
  await inPairs(names, async (name) => {
    await install(projectOf(name), [`${name}@latest`], npm, flagsOf(name));
    const { version } = installedManifest(projectOf(name), name);
    expect(version === next, `upgrading ${name} ended at ${version}, not ${next}`);
    if (ownEntries(name).length > 0) await runProgram(projectOf(name));
  });
  await inPairs(servers, (name) => useWithNpx(name, projectOf(name), "--no", next, { again: true }));
}

try {
  await rehearse();
  say("rehearsed");
} finally {
  await ollama.close();
  await registry.close();
  rmSync(root, { recursive: true, force: true });
}
