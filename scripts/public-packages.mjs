// The packages that are published, with their folders and manifests.
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export function publicPackages() {
  return ["packages", "apps"]
    .flatMap((parent) => readdirSync(parent).map((name) => join(parent, name)))
    .filter((folder) => existsSync(join(folder, "package.json")))
    .map((folder) => ({ folder, manifest: JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) }))
    .filter(({ manifest }) => manifest.private !== true);
}
