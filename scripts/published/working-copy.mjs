// Releases out of a copy of the working tree, so that the tree itself is only read.
import { cpSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run, tool } from "../programs.mjs";
import { publicPackages } from "../public-packages.mjs";

/** Copies the working tree, committed or not, with what it was built to, and installs the same dependencies. */
export async function copyWorkingTree(copy) {
  const listed = await run("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"]);
  for (const file of listed.split("\0").filter(existsSync)) cpSync(file, join(copy, file));
  for (const { folder } of publicPackages())
    cpSync(join(folder, "dist"), join(copy, folder, "dist"), { recursive: true });
  const install = ["install", "--prefer-offline", "--frozen-lockfile", "--ignore-scripts"];
  await run("pnpm", ["--filter=!@ollama-bridge/interop", ...install], { cwd: copy });
  await commit(copy, "The working tree");
}

/** Publishes every version that the registry lacks, with the commands of the release workflow. */
export async function publishAll(copy, environment, packFolder) {
  await changeset(copy, ["pack", "--out-dir", packFolder], environment);
  await changeset(copy, ["publish", "--from-pack-dir", packFolder, "--no-git-tag"], environment);
}

/** Makes the next version, as the version pull request does, and resolves to its number. */
export async function nextVersion(copy) {
  const change = '---\n"ollama-bridge-mcp": minor\n---\n\nRehearsal\n';
  writeFileSync(join(copy, ".changeset", "rehearsal.md"), change);
  await commit(copy, "A change");
  await changeset(copy, ["version"]);
  await run("pnpm", ["exec", "turbo", "run", "build"], { cwd: copy });
  return JSON.parse(readFileSync(join(copy, "apps", "bridge", "package.json"), "utf8")).version;
}

function changeset(copy, args, env) {
  const [program, script] = tool("changeset", "@changesets/cli");
  return run(program, [script, ...args], { cwd: copy, env });
}

async function commit(copy, message) {
  const git = (...args) => run("git", args, { cwd: copy });
  await git("init", "--quiet", "--initial-branch=main");
  await git("add", "--all");
  const author = ["-c", "user.name=rehearsal", "-c", "user.email=rehearsal@localhost"];
  await git(...author, "commit", "--quiet", "--no-verify", "--message", message);
}
