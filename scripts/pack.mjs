// Packs every public package into `destination`, as publishing would.
import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { publicPackages } from "./public-packages.mjs";

const pnpm = resolve(".toolchain/node_modules/pnpm/bin/pnpm.mjs");

/** Resolves to the tarballs by package name. */
export function packAll(destination) {
  return Object.fromEntries(
    publicPackages().map(({ folder, manifest }) => {
      execFileSync(process.execPath, [pnpm, "pack", "--pack-destination", destination], {
        cwd: folder,
        stdio: ["ignore", "ignore", "inherit"],
      });
      const prefix = `${manifest.name.replace("@", "").replace("/", "-")}-${manifest.version}`;
      const tarball = readdirSync(destination).find((name) => name === `${prefix}.tgz`);
      if (tarball === undefined) throw new Error(`packing ${manifest.name} left no ${prefix}.tgz`);
      return [manifest.name, join(destination, tarball)];
    }),
  );
}
