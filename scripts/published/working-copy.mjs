// Releases out of a copy of the working tree, so that the tree itself is never touched.
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run, tool } from "../programs.mjs";
import { publicPackages } from "../public-packages.mjs";

/**
 * Copies the working tree, committed or not, with what it was built to, and installs the same dependencies.
 * Only provenance is left out: it takes the identity of a workflow run.
 */
export async function copyWorkingTree(copy) {
  const listed = await run("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"]);
  const deleted = await run("git", ["ls-files", "-z", "--deleted"]);
  const gone = new Set(deleted.split("\0"));
  for (const file of listed.split("\0")) if (!gone.has(file)) cpSync(file, join(copy, file));
  for (const { folder, manifest } of publicPackages()) {
    cpSync(join(folder, "dist"), join(copy, folder, "dist"), { recursive: true });
    const { provenance: _, ...publishConfig } = manifest.publishConfig;
    const file = join(copy, folder, "package.json");
    writeFileSync(file, `${JSON.stringify({ ...manifest, publishConfig }, null, 2)}\n`);
  }
  await run("pnpm", ["install", "--offline", "--frozen-lockfile", "--ignore-scripts"], { cwd: copy });
  await commit(copy, "The working tree");
}

/** Publishes every version that the registry lacks, with the commands of the release workflow. */
export async function publishAll(copy, environment, packFolder) {
  const options = { cwd: copy, env: environment };
  const changeset = tool("changeset", "@changesets/cli");
  await run(changeset[0], [changeset[1], "pack", "--out-dir", packFolder], options);
  await run(changeset[0], [changeset[1], "publish", "--from-pack-dir", packFolder, "--no-git-tag"], options);
}

/** Makes the next version, as merging the version pull request would, and resolves to its number. */
export async function nextVersion(copy) {
  writeFileSync(
    join(copy, ".changeset", "rehearsal.md"),
    '---\n"ollama-bridge-mcp": minor\n---\n\nRehearsal\n',
  );
  await commit(copy, "A change");
  const changeset = tool("changeset", "@changesets/cli");
  await run(changeset[0], [changeset[1], "version"], { cwd: copy });
  await run("pnpm", ["run", "build"], { cwd: copy, env: { ...process.env, TURBO_TELEMETRY_DISABLED: "1" } });
  return JSON.parse(readFileSync(join(copy, "apps", "bridge", "package.json"), "utf8")).version;
}

async function commit(copy, message) {
  const git = (...args) => run("git", args, { cwd: copy });
  await git("init", "--quiet", "--initial-branch=main");
  await git("add", "--all");
  const author = ["-c", "user.name=rehearsal", "-c", "user.email=rehearsal@localhost"];
  await git(...author, "commit", "--quiet", "--no-verify", "--message", message);
}
