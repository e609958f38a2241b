// One entry for `npm run setup`, `npm start` and `npm test`: brings what is missing, then runs the command.
// It has no dependencies and works on Node 20, because it is what brings everything else.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const NODE_VERSION = "24.21.0";
const PNPM_VERSION = "12.21.0";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const toolchain = join(root, ".toolchain");
const platform = process.platform === "win32" ? "win" : process.platform;
const nodePackage = `node-${platform}-${process.arch}`;
const node = join(
  toolchain,
  "node_modules",
  nodePackage,
  "bin",
  process.platform === "win32" ? "node.exe" : "node",
);
const pnpm = join(toolchain, "node_modules", "pnpm", "bin", "pnpm.mjs");

const say = (text) => process.stderr.write(`setup: ${text}\n`);

const env = {
  ...process.env,
  PATH: [join(toolchain, "bin"), dirname(node), process.env.PATH].join(delimiter),
  TURBO_TELEMETRY_DISABLED: "1",
};
// Settings of the npm that started this script are not meant for the tools below it.
for (const name of Object.keys(env)) if (/^npm_(config|lifecycle|package)_/i.test(name)) delete env[name];

/** Runs a program to its end and stops this script with the program's exit code when that is not 0. */
function run(program, args, options = {}) {
  const { status, signal, error } = spawnSync(program, args, {
    cwd: root,
    stdio: "inherit",
    env,
    ...options,
  });
  if (error) {
    say(`${program} could not be started: ${error.message}`);
    process.exit(1);
  }
  if (status !== 0) process.exit(status ?? (signal ? 130 : 1));
}

/** Does `work`, which makes the folder `made`, unless it was done before with the same inputs. */
function once(stamp, made, inputs, work) {
  const file = join(toolchain, `${stamp}.stamp`);
  const hash = createHash("sha256").update(inputs.join("\0")).digest("hex");
  if (existsSync(made) && existsSync(file) && readFileSync(file, "utf8") === hash) return;
  rmSync(file, { force: true });
  work();
  writeFileSync(file, hash);
}

function bringToolchain() {
  mkdirSync(toolchain, { recursive: true });
  once("toolchain", join(toolchain, "node_modules"), [nodePackage, NODE_VERSION, PNPM_VERSION], () => {
    say(`bringing Node ${NODE_VERSION} and pnpm ${PNPM_VERSION} into .toolchain`);
    const packages = [`${nodePackage}@${NODE_VERSION}`, `pnpm@${PNPM_VERSION}`];
    const npm = process.platform === "win32" ? "npm.cmd" : "npm";
    writeFileSync(join(toolchain, "package.json"), '{ "private": true }\n');
    run(
      npm,
      [
        "install",
        "--no-save",
        "--no-audit",
        "--no-fund",
        "--ignore-scripts",
        "--loglevel=error",
        ...packages,
      ],
      {
        cwd: toolchain,
        shell: process.platform === "win32",
        stdio: ["ignore", "ignore", "inherit"],
      },
    );
    writePnpmShim();
  });
}

/** Turbo starts pnpm by its name, and without its install script the package's own file cannot be executed. */
function writePnpmShim() {
  mkdirSync(join(toolchain, "bin"), { recursive: true });
  writeFileSync(join(toolchain, "bin", "pnpm"), `#!/bin/sh\nexec "${node}" "${pnpm}" "$@"\n`, {
    mode: 0o755,
  });
  writeFileSync(join(toolchain, "bin", "pnpm.cmd"), `@"${node}" "${pnpm}" %*\r\n`);
}

/** Programs that only tests need are large: a first run does without them. */
const JUDGES = "@ollama-bridge/judges";

function installDependencies(forTests) {
  const lockfile = readFileSync(join(root, "pnpm-lock.yaml"), "utf8");
  const made = forTests ? join(root, "apps/bridge/test/judges/node_modules") : join(root, "node_modules");
  once(forTests ? "dependencies-for-tests" : "dependencies", made, [lockfile, NODE_VERSION], () => {
    say("installing dependencies");
    const filter = forTests ? [] : [`--filter=!${JUDGES}`];
    run(node, [pnpm, ...filter, "install", "--frozen-lockfile", "--reporter=append-only", "--loglevel=warn"]);
  });
}

const build = () => run(node, [pnpm, "run", "--silent", "build"], { stdio: ["ignore", "ignore", "inherit"] });

const [command, ...rest] = process.argv.slice(2);
bringToolchain();
installDependencies(command === "check");
build();

if (command === "start")
  run(node, [join(root, "apps/bridge/dist/bin.js"), ...(rest.length ? rest : ["try"])]);
else if (command === "check") run(node, [join(root, "scripts/check.mjs"), ...rest]);
else if (command === "setup") say("ready");
else {
  say(`unknown command ${command}: use setup, start or check`);
  process.exit(2);
}
