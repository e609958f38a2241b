import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Options } from "tsup";

type Plugin = NonNullable<Options["esbuildPlugins"]>[number];

const FILE = "THIRD-PARTY-NOTICES.txt";

/** Writes the licenses of the packages that a bundle carries beside it: most of them ask for that and no more. */
export const thirdPartyNotices: Plugin = {
  name: "third-party notices",
  setup({ initialOptions, onEnd }) {
    initialOptions.metafile = true;
    onEnd(({ metafile }) => {
      const carried = Object.values(metafile?.outputs ?? {}).flatMap(({ inputs }) =>
        Object.entries(inputs).flatMap(([input, { bytesInOutput }]) => (bytesInOutput > 0 ? input : [])),
      );
      const outdir = initialOptions.outdir ?? "dist";
      mkdirSync(outdir, { recursive: true });
      writeFileSync(
        join(outdir, FILE),
        noticesOf(new Set(carried.flatMap((input) => packageFolder(input) ?? []))),
      );
    });
  },
};

/** The folder of the package that a bundled file comes from; undefined for our own files. */
function packageFolder(input: string): string | undefined {
  return /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(resolve(input))?.[0];
}

/** Each license once, under the names of the packages that have it. */
function noticesOf(folders: Iterable<string>): string {
  const packages = new Map<string, Set<string>>();
  for (const folder of folders) {
    const { name, text } = licenseOf(folder);
    packages.set(text, (packages.get(text) ?? new Set()).add(name));
  }
  const notices = [...packages].map(([text, names]) => `${[...names].sort().join("\n")}\n\n${text}\n`);
  return notices.sort().join(`\n${"-".repeat(80)}\n\n`);
}

function licenseOf(folder: string): { name: string; text: string } {
  const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Record<string, string>;
  const file = readdirSync(folder).find((name) => /^(licen[cs]e|copying)/i.test(name));
  const text =
    file === undefined ? `${manifest.license} license` : readFileSync(join(folder, file), "utf8").trim();
  return { name: `${manifest.name} ${manifest.version}`, text };
}
