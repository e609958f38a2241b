// What would be published is sound: publint and attw look at the packed tarballs.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packAll } from "../pack.mjs";

const bin = (name) => join("node_modules", ".bin", name);
const folder = mkdtempSync(join(tmpdir(), "ollama-bridge-pack-"));
let failed = 0;
try {
  for (const [name, tarball] of Object.entries(packAll(folder))) {
    const publint = spawnSync(bin("publint"), ["run", tarball, "--strict", "--pack", "false"], {
      encoding: "utf8",
    });
    const manifest = JSON.parse(
      execFileSync("tar", ["-xOf", tarball, "package/package.json"], { encoding: "utf8" }),
    );
    // A package of executables only has no types to be wrong.
    const attw = manifest.exports
      ? spawnSync(bin("attw"), [tarball, "--profile", "esm-only", "--no-emoji"], { encoding: "utf8" })
      : { status: 0 };
    const sound = publint.status === 0 && attw.status === 0;
    console.log(`${sound ? "sound" : "UNSOUND"}  ${name}`);
    if (sound) continue;
    failed++;
    for (const { status, stdout, stderr } of [publint, attw]) if (status !== 0) console.error(stdout, stderr);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exitCode = failed > 0 ? 1 : 0;
