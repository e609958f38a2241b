// Every npm script of the project starts here: brings Node, pnpm and the dependencies where they are missing, then runs
// the command with them. It has no dependencies and works on Node 20, because it is what brings everything else.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { bringPgBouncer } from "./bring-pgbouncer.mjs";

/** The oldest Node that the tools run on, for machines of which the registry has no Node. */
const OLDEST_NODE = [22, 19];

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const toolchain = join(root, ".toolchain");
/** What the project's Node and pnpm are, with the checksum of each. */
const lockFiles = ["package.json", "package-lock.json"].map((name) =>
  join(root, "scripts", "toolchain", name),
);
const { packages } = JSON.parse(readFileSync(lockFiles[1], "utf8"));
const versionOf = (name) => packages[`node_modules/${name}`]?.version;

const isWindows = process.platform === "win32";
const machine = `${isWindows ? "win" : process.platform}-${process.arch}`;
const nodePackage = machine === "darwin-arm64" ? `node-bin-${machine}` : `node-${machine}`;
const pnpmPackage = `@pnpm/exe.${process.platform}-${process.arch}`;
const node = versionOf(nodePackage)
  ? join(toolchain, "node_modules", nodePackage, "bin", isWindows ? "node.exe" : "node")
  : process.execPath;
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

/** Installs what the lock file names for this machine; npm takes nothing whose checksum is another. */
function bringToolchain() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  const isOld = major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1]);
  if (node === process.execPath && isOld) {
    say(`there is no Node of the project for ${machine}: install Node ${OLDEST_NODE.join(".")} or newer`);
    process.exit(1);
  }
  mkdirSync(toolchain, { recursive: true });
  const inputs = [nodePackage, ...lockFiles.map((file) => readFileSync(file, "utf8"))];
  once("toolchain", join(toolchain, "node_modules"), inputs, () => {
    say(
      `bringing Node ${versionOf(nodePackage) ?? "(this one)"} and pnpm ${versionOf("pnpm")} into .toolchain`,
    );
    for (const file of lockFiles) copyFileSync(file, join(toolchain, basename(file)));
    run(
      isWindows ? "npm.cmd" : "npm",
      ["ci", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error"],
      { cwd: toolchain, shell: isWindows, stdio: ["ignore", "ignore", "inherit"] },
    );
    // npm leaves out a package of one machine that it cannot take, without a word.
    for (const name of ["pnpm", nodePackage, pnpmPackage]) {
      if (versionOf(name) === undefined || existsSync(join(toolchain, "node_modules", name, "package.json")))
        continue;
      say(
        `${name} ${versionOf(name)} could not be had with the checksum of ${lockFiles[1]}: look at what \`npm ci --loglevel=http\` says in .toolchain`,
      );
      process.exit(1);
    }
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
  const inputs = [lockfile, versionOf(nodePackage) ?? process.version];
  once(interop ? "dependencies-and-interop" : "dependencies", made, inputs, () => {
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
if (command === "setup" || command === "test") bringPgBouncer(toolchain, say);
commands[command](args);
