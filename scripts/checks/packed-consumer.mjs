// What is packed works for somebody else: installed from the tarballs in an empty folder, it type-checks, loads and serves.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createTestOllama, makePdf } from "@ollama-bridge/test-kit";
import { packAll } from "../pack.mjs";
import { run } from "../programs.mjs";
import { withDependencies } from "../public-packages.mjs";
import {
  bytesInstalled,
  installedManifest,
  installedPackages,
  installInto,
  loadedPackages,
  nodeTypes,
  optionalPeers,
  useLibraries,
  writeReadmeExample,
} from "../published/consumer.mjs";
import { MODEL, serverEnvironment, serversAmong, useServer } from "../published/servers.mjs";

/** What `npx -y` of a server may put on somebody's disk. */
const MAX_INSTALLED_BYTES = 6_000_000;
const FOUNDATION = "@ollama-bridge/foundation";
const CLIENT = "@ollama-bridge/core-client";
const MEMORY = "@ollama-bridge/memory";
/** Libraries whose main entry needs nothing but what the package brings, and what importing it loads beside itself. */
const SELF_CONTAINED = {
  [FOUNDATION]: [],
  "@ollama-bridge/storage": [FOUNDATION, "hookified", "keyv"],
  [CLIENT]: [FOUNDATION],
  "@ollama-bridge/messages": [CLIENT, FOUNDATION],
  "@ollama-bridge/discovery": [CLIENT, FOUNDATION],
};
/** The client library is light: this is all that it brings, and undici is loaded with the first call only. */
const CLIENT_BRINGS = [CLIENT, FOUNDATION, "undici"];

function expectSame(what, found, expected) {
  if (JSON.stringify(found) !== JSON.stringify([...expected].sort()))
    throw new Error(`${what}: ${JSON.stringify(found)}, expected ${JSON.stringify(expected)}`);
}

/** The main entry of `name`, installed in `folder`, loads what it should, type-checks, and answers as its README says. */
async function useAlone(folder, name) {
  expectSame(`loaded with ${name}`, await loadedPackages(folder, name), [name, ...SELF_CONTAINED[name]]);
  const example = writeReadmeExample(folder, name, ollama.url);
  await useLibraries(folder, [name], ["."]);
  if (name !== CLIENT) return;
  const answered = await run(process.execPath, [example], { cwd: folder });
  if (!answered.startsWith(`${MODEL} was asked`)) throw new Error(`the client's example printed ${answered}`);
}

/** What a server says without its optional part: the one command that brings it. */
const HINTS = {
  [MEMORY]: [
    {
      environment: { MEMORY_URL: "postgres://127.0.0.1:1/none" },
      call: { tool: "recall", args: { key: "none" }, error: true },
      text: "npx -y -p @ollama-bridge/memory -p pg ollama-bridge-memory",
    },
  ],
  "@ollama-bridge/consult": [
    {
      environment: { MEMORY_URL: "postgres://127.0.0.1:1/none" },
      call: { tool: "remember_consult", args: { key: "none", value: "none" }, error: true },
      text: "npx -y -p @ollama-bridge/consult -p pg ollama-bridge-consult",
    },
  ],
  "@ollama-bridge/router": [hintForPdf("router", "ask_model")],
  [CLIENT]: [hintForPdf("core-client", "ollama_generate", "core")],
  "@ollama-bridge/messages": [
    {
      call: {
        tool: "process_with_ollama",
        args: { model: MODEL, input_text: "This is JSON:\n\n```json\n{}\n```\n" },
      },
      text: "-p @lezer/python ollama-bridge-messages",
    },
  ],
};

/** A PDF is read with two packages that do not come with a single server. */
function hintForPdf(name, tool, program = name) {
  const images = [makePdf([{ text: "Total 42 EUR" }]).toString("base64")];
  return {
    call: { tool, args: { model: MODEL, prompt: "x", images }, error: true },
    text: `npx -y -p @ollama-bridge/${name} -p pdfjs-dist@6 -p @napi-rs/canvas@1 ollama-bridge-${program}`,
  };
}

const folder = mkdtempSync(join(tmpdir(), "ollama-bridge-consumer-"));
const ollama = await createTestOllama({ models: [{ name: MODEL }] });
// The engine's llama.cpp has hundreds of megabytes of builds that its own tests look after.
const flags = ["--prefer-offline", "--omit=optional", "--ignore-scripts", "--no-audit", "--no-fund"];
try {
  const tarballs = await packAll(folder);
  const names = Object.keys(tarballs);
  const env = serverEnvironment(folder, ollama.url);
  const servers = serversAmong(names);

  const together = join(folder, "together");
  const peers = optionalPeers(names);
  await installInto(together, [...Object.values(tarballs), ...peers, nodeTypes()], process.env, flags);
  const examples = names.filter((name) => writeReadmeExample(together, name) !== undefined);
  const entries = await useLibraries(together, names);
  console.log(
    `${names.length} packages installed, ${entries} entries and ${examples.length} READMEs' examples type-checked`,
  );

  for (const name of new Set([...servers, ...Object.keys(SELF_CONTAINED)])) {
    const alone = join(folder, "alone", name);
    const brought = withDependencies(name).map((each) => tarballs[each]);
    await installInto(alone, brought, process.env, flags);
    const bytes = bytesInstalled(alone);
    const size = `${(bytes / 1e6).toFixed(1)} MB`;
    for (const [bin, file] of servers.includes(name)
      ? Object.entries(installedManifest(alone, name).bin)
      : []) {
      const args = [join(alone, "node_modules", name, file)];
      const { tools } = await useServer(name, { command: process.execPath, args, cwd: alone, env });
      console.log(`${bin} alone takes ${size}, lists ${tools} tools and answers a call`);
    }
    for (const { environment = {}, call, text } of HINTS[name] ?? []) {
      const args = [join(alone, "node_modules", name, Object.values(installedManifest(alone, name).bin)[0])];
      const start = { command: process.execPath, args, cwd: alone, env: { ...env, ...environment } };
      await useServer(name, start, { call: { ...call, text } });
      console.log(`${name} says what brings its optional part: ${text}`);
    }
    if (bytes > MAX_INSTALLED_BYTES) {
      console.error(`${name} installs ${size}, at most ${MAX_INSTALLED_BYTES / 1e6} MB`);
      process.exitCode = 1;
    }
    if (name === CLIENT) expectSame("installed with the client", installedPackages(alone), CLIENT_BRINGS);
    if (name in SELF_CONTAINED) {
      await installInto(alone, [...brought, nodeTypes()], process.env, flags);
      await useAlone(alone, name);
      console.log(`${name} alone type-checks and loads`);
    }
  }
} finally {
  await ollama.close();
  rmSync(folder, { recursive: true, force: true });
}
