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

/** The name of a package and of every package of ours that installing it brings. */
export function withDependencies(name) {
  const manifests = new Map(publicPackages().map(({ manifest }) => [manifest.name, manifest]));
  const found = new Set([name]);
  for (const each of found)
    for (const dependency of Object.keys(manifests.get(each).dependencies ?? {}))
      if (manifests.has(dependency)) found.add(dependency);
  return [...found];
}
