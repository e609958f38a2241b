// Packs public packages, as publishing would.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { run } from "./programs.mjs";
import { publicPackages } from "./public-packages.mjs";

/** Packs every public package into `destination`, or those of these names. Resolves to the tarballs by package name. */
export async function packAll(destination, names) {
  const tarballs = {};
  for (const { folder, manifest } of publicPackages()) {
    if (names !== undefined && !names.includes(manifest.name)) continue;
    const prefix = `${manifest.name.replace("@", "").replace("/", "-")}-${manifest.version}`;
    const tarball = join(destination, `${prefix}.tgz`);
    await run("pnpm", ["pack", "--pack-destination", destination], { cwd: folder });
    if (!existsSync(tarball)) throw new Error(`packing ${manifest.name} left no ${tarball}`);
    tarballs[manifest.name] = tarball;
  }
  return tarballs;
}
