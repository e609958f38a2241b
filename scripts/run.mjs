// Every npm script of the project starts here: brings Node, pnpm and the dependencies where they are missing, then runs
// the command with them. It has no dependencies and works on Node 20, because it is what brings everything else.
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

/** What a program says on the way to what was asked for; stdout belongs to that, and stdin too. */
const aside = { stdio: ["ignore", 2, 2] };

/** Programs of others that test the servers. They are large, so they are brought when somebody asks for them. */
const INTEROP = "@ollama-bridge/interop";
const interopModules = join(root, "apps/bridge/test/interop/node_modules");

function installDependencies(interopWanted) {
  const lockfile = readFileSync(join(root, "pnpm-lock.yaml"), "utf8");
  // What was brought once stays in step with the lockfile.
  const interop = interopWanted || existsSync(interopModules);
  const made = interop ? interopModules : join(root, "node_modules");
  once(interop ? "dependencies-and-interop" : "dependencies", made, [lockfile, NODE_VERSION], () => {
    say(`installing dependencies${interop ? " and the programs of the interop tests" : ""}`);
    const filter = interop ? [] : [`--filter=!${INTEROP}`];
    const install = ["install", "--frozen-lockfile", "--reporter=append-only", "--loglevel=warn"];
    run(node, [pnpm, ...filter, ...install], aside);
  });
}

/** Runs a program of the dependencies, or Node. */
const execute = (program, args, options) => run(node, [pnpm, "exec", program, ...args], options);
const build = (options) => execute("turbo", ["run", "build", "--output-logs=errors-only"], options);

const commands = {
  setup() {
    build(aside);
    say("ready");
  },
  start(args) {
    build(aside);
    run(node, [join(root, "apps/bridge/dist/bin.js"), ...(args.length > 0 ? args : ["try"])]);
  },
  test: (args) => run(node, [join(root, "scripts/check.mjs"), ...args]),
  build: () => build(),
  exec: ([program, ...args]) => execute(program, args),
};

const [command, ...args] = process.argv.slice(2);
if (!Object.hasOwn(commands, command)) {
  say(`unknown command ${command}: use ${Object.keys(commands).join(", ")}`);
  process.exit(2);
}
bringToolchain();
// `npm test -- interop`, `npm run setup -- interop`
installDependencies(command !== "exec" && args.some((arg) => arg.includes("interop")));
commands[command](args);
