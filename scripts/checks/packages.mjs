// What would be published is sound: publint, attw and our own rules look at the packed tarballs.
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packAll } from "../pack.mjs";
import { run, tool } from "../programs.mjs";
import { publicPackages } from "../public-packages.mjs";
import { examine } from "../published/tarball.mjs";

const folder = mkdtempSync(join(tmpdir(), "ollama-bridge-pack-"));

async function complaintsOf([program, script], args) {
  return run(program, [script, ...args]).then(
    () => [],
    (error) => [error.message],
  );
}

try {
  const tarballs = await packAll(folder);
  for (const { folder: source, manifest } of publicPackages()) {
    const tarball = tarballs[manifest.name];
    const unpacked = join(folder, manifest.name);
    mkdirSync(unpacked, { recursive: true });
    await run("tar", ["-xzf", tarball, "-C", unpacked, "--strip-components=1"]);
    const { bytes, problems } = examine(unpacked, source);
    problems.push(...(await complaintsOf(tool("publint"), ["run", tarball, "--strict", "--pack", "false"])));
    // A package of executables only has no types to be wrong.
    if (manifest.exports) {
      const attw = [tarball, "--profile", "esm-only", "--no-emoji"];
      problems.push(...(await complaintsOf(tool("attw", "@arethetypeswrong/cli"), attw)));
    }
    const size = `${Math.round(bytes / 1000)} kB`.padStart(8);
    console.log(`${problems.length === 0 ? "sound  " : "UNSOUND"} ${size}  ${manifest.name}`);
    for (const problem of problems) console.error(`  ${manifest.name} ${problem}`);
    if (problems.length > 0) process.exitCode = 1;
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
