// The client library is light: installed alone it brings undici and foundation, a program that uses it compiles with every
// declaration checked, and importing it loads nothing else, undici with the first call only.
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createTestOllama } from "@ollama-bridge/test-kit";
import { packAll } from "../pack.mjs";
import { run, tool } from "../programs.mjs";
import { install, installInto, nodeTypes } from "../published/consumer.mjs";

const CLIENT = "@ollama-bridge/core-client";
const BROUGHT = [CLIENT, "@ollama-bridge/foundation", "undici"];
const MODEL = "llama3.2";

const compilerOptions = {
  module: "nodenext",
  target: "es2024",
  lib: ["es2024"],
  types: ["node"],
  strict: true,
  exactOptionalPropertyTypes: true,
  noEmit: true,
  skipLibCheck: false,
};

/** Tells what is loaded by the import, and what the first call answers. */
const program = (url) => `
import { registerHooks } from "node:module";
const loaded: string[] = [];
registerHooks({
  load(url, context, next) {
    if (!url.startsWith("node:")) loaded.push(url);
    return next(url, context);
  },
});
const { OllamaClient } = await import("${CLIENT}");
const imported = [...loaded];
const client = new OllamaClient("${url}");
const { response } = await client.generate({ model: "${MODEL}", prompt: "hi" }, { timeoutMs: 60_000 });
await client.close();
console.log(JSON.stringify({ imported, response }));
`;

/** The packages in a folder, `@scope/name` for those of a scope. */
function installed(folder) {
  return readdirSync(folder)
    .filter((name) => !name.startsWith("."))
    .flatMap((name) =>
      name.startsWith("@") ? readdirSync(join(folder, name)).map((inner) => `${name}/${inner}`) : [name],
    )
    .sort();
}

function expectSame(what, found, expected) {
  if (JSON.stringify(found) !== JSON.stringify(expected))
    throw new Error(`${what}: ${JSON.stringify(found)}, expected ${JSON.stringify(expected)}`);
}

const folder = mkdtempSync(join(tmpdir(), "ollama-bridge-client-"));
const ollama = await createTestOllama({ models: [{ name: MODEL, answer: "hello" }] });
try {
  const tarballs = await packAll(folder, BROUGHT);
  const project = join(folder, "project");
  const modules = join(project, "node_modules");
  const flags = ["--prefer-offline", "--ignore-scripts", "--no-audit", "--no-fund"];
  await installInto(project, Object.values(tarballs), process.env, flags);
  expectSame("installed", installed(modules), BROUGHT);

  await install(project, [nodeTypes()], process.env, [...flags, "--save-dev"]);
  writeFileSync(join(project, "consumer.ts"), program(ollama.url));
  writeFileSync(
    join(project, "tsconfig.json"),
    JSON.stringify({ compilerOptions, include: ["consumer.ts"] }),
  );
  const [node, tsc] = tool("tsc", "typescript");
  await run(node, [tsc, "-p", project]);
  const { imported, response } = JSON.parse(await run(process.execPath, ["consumer.ts"], { cwd: project }));
  const others = imported.filter((url) => !/\/@ollama-bridge\/(core-client|foundation)\/dist\//.test(url));
  expectSame("loaded beside the library", others, []);
  expectSame("answered", response, "hello");
  console.log(`${CLIENT} alone brings ${BROUGHT.slice(1).join(" and ")}, type-checks and answers`);
} finally {
  await ollama.close();
  rmSync(folder, { recursive: true, force: true });
}
