// The documented commands work. Those of AGENTS.md run as they are written there, with the Node and npm that are on the
// path without our toolchain. What the other pages name must be there: scripts, checks and test files.
import { spawnSync } from "node:child_process";
import { globSync, readFileSync } from "node:fs";
import { delimiter, resolve } from "node:path";
import { checks } from "../check-list.mjs";
import { testFilesWith } from "../test-files.mjs";

const { scripts } = JSON.parse(readFileSync("package.json", "utf8"));
const pages = ["*.md", ".changeset/README.md", ".github/*.md", "docs/*.md", "docs/decisions/*.md"];

/** This check is a part of the first; tests of their own do what the others do. */
const NOT_RUN = ["npm test", "npm start", "npm test -- interop"];
/** These ask questions, write, or repeat a check: with the option they only show that they can be started. */
const WITH_OPTION = {
  "npm run bench": "--help",
  "npm run changeset": "--help",
  "npm run docs:write": "--check",
  "npm run format": "--help",
  "npm run lint": "--help",
  "npm run typecheck": "--help",
};

/** What stands for any name. */
const PLACEHOLDER = /^[A-Z…]+$/;

let failed = false;
const fail = (text) => {
  failed = true;
  console.error(text);
};

/** The commands of a page, out of its code spans and blocks, without the comments behind them. */
function commandsOf(page) {
  const code = readFileSync(page, "utf8").matchAll(
    /^```(?:bash)?\n([\s\S]*?)^```|^ {4}(\S.*)$|`([^`\n]+)`/gm,
  );
  const lines = [...code].flatMap(([, block, line, span]) => (block ?? line ?? span).split("\n"));
  return lines
    .map((text) => text.replace(/\s+#.*$/, "").trim())
    .filter((text) => /^(npm (test|start|run)\b|npx changeset|pnpm |node (scripts|bench)\/)/.test(text));
}

/** What is wrong with a command; undefined when everything it names is there. */
function faultOf(command) {
  const [program, name, ...rest] = command.split(/\s+/);
  if (program !== "npm") return "everything starts with npm, which brings the toolchain";
  const script = name === "run" ? rest.shift() : name;
  if (PLACEHOLDER.test(script)) return undefined;
  if (!Object.hasOwn(scripts, script)) return `package.json has no script ${script}`;
  if (rest.length > 0 && rest[0] !== "--") return "what the script is given stands behind --";
  if (script !== "test") return undefined;
  const unknown = rest
    .slice(1)
    .filter(
      (arg) => !PLACEHOLDER.test(arg) && !Object.hasOwn(checks, arg) && testFilesWith(arg).length === 0,
    );
  return unknown.length > 0
    ? `${unknown.join(", ")} is neither a check nor in a test file's path`
    : undefined;
}

for (const [name, command] of Object.entries(scripts))
  if (!command.startsWith("node scripts/run.mjs "))
    fail(`package.json: ${name} does not start with scripts/run.mjs, so it runs on whatever Node there is`);

const toolchain = resolve(".toolchain");
const PATH = process.env.PATH.split(delimiter)
  .filter((folder) => !folder.startsWith(toolchain) && !/[\\/]node_modules[\\/]/.test(folder))
  .join(delimiter);

function run(command) {
  const base = command.split(" -- ")[0];
  const option = WITH_OPTION[base];
  const line = option === undefined ? command : `${base} -- ${option}`;
  const startedAt = performance.now();
  const { status, stdout, stderr } = spawnSync(line, {
    shell: true,
    encoding: "utf8",
    env: { ...process.env, PATH },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  if (status === 0) console.log(`${seconds.padStart(6)} s  ${line}`);
  else fail(`${line} ended with ${status}:\n${stdout}${stderr}`);
}

for (const page of pages.flatMap((pattern) => globSync(pattern)))
  for (const command of new Set(commandsOf(page))) {
    const fault = faultOf(command);
    if (fault !== undefined) fail(`${page}: \`${command}\`: ${fault}`);
    else if (page === "AGENTS.md" && !NOT_RUN.includes(command)) run(command);
  }
process.exitCode = failed ? 1 : 0;
