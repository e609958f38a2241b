import { basename, dirname, resolve } from "node:path";
import type { Options } from "tsup";

type Plugin = NonNullable<Options["esbuildPlugins"]>[number];

/** The module that serves; in each package it is `src/serve-NAME.ts`. */
const SERVES = /^src\/serve-[a-z]+\.ts$/;

/**
 * Puts all that a server needs for its start into one file. As esbuild splits a bundle, the bridge reads 27 files before it
 * serves, for each set of modules that are loaded later shares some of it; to find and link them takes a tenth of the
 * start. What is loaded later finds what it shares where it was: a file there passes the names on.
 */
export const oneFileToStart: Plugin = {
  name: "one file to start",
  setup({ onEnd, esbuild, initialOptions }) {
    onEnd(async ({ outputFiles = [], metafile }) => {
      const outputs = new Map(
        Object.entries(metafile?.outputs ?? {}).map(([path, output]) => [resolve(path), output]),
      );
      const entry = (pattern: RegExp) =>
        [...outputs].find(([, { entryPoint = "" }]) => pattern.test(entryPoint))?.[0];
      const [main, bin] = [entry(SERVES), entry(/^src\/bin\.ts$/)];
      if (main === undefined || bin === undefined) return;
      const before = reachedFrom(bin, outputs);
      const together = [...reachedFrom(main, outputs)].filter((path) => !before.has(path));
      const later = [...outputs].filter(([path]) => !together.includes(path));
      const shared = new Set(later.flatMap(([path]) => importsOf(path, outputs)));
      const names = (path: string) =>
        (outputs.get(path)?.exports ?? []).map((name) => ({
          name,
          inOne: `${name}_${together.indexOf(path)}`,
        }));
      const parts = together
        .filter((path) => path !== main && shared.has(path))
        .map((path) => {
          const list = names(path).map(({ name, inOne }) => `${name} as ${inOne}`);
          return `export {${list}} from ${JSON.stringify(path)};`;
        });
      const banner = initialOptions.banner?.js ?? "";
      const textOf = (path: string) =>
        outputFiles.find((file) => file.path === path)?.text.replace(banner, "") ?? "";
      const { outputFiles: [one] = [] } = await esbuild.build({
        stdin: { contents: [`export * from ${JSON.stringify(main)};`, ...parts].join("\n") },
        bundle: true,
        write: false,
        format: "esm",
        platform: "node",
        target: initialOptions.target ?? "node22.19",
        minify: initialOptions.minify ?? false,
        banner: { js: banner },
        plugins: [
          {
            name: "parts",
            setup({ onResolve, onLoad }) {
              onResolve({ filter: /.*/ }, ({ path, resolveDir, kind }) => {
                const part = resolve(resolveDir, path);
                const isIn = together.includes(part) && kind !== "dynamic-import";
                return isIn ? { path: part, namespace: "parts" } : { path, external: true };
              });
              onLoad({ filter: /.*/, namespace: "parts" }, ({ path }) => ({
                contents: textOf(path),
                resolveDir: dirname(path),
              }));
            },
          },
        ],
      });
      if (one === undefined) return;
      for (const file of outputFiles.splice(0)) {
        if (file.path === main) file.contents = one.contents;
        else if (together.includes(file.path)) {
          if (!shared.has(file.path)) continue;
          const list = names(file.path).map(({ name, inOne }) => `${inOne} as ${name}`);
          file.contents = new TextEncoder().encode(`export{${list}}from"./${basename(main)}";\n`);
        }
        outputFiles.push(file);
      }
    });
  },
};

type Outputs = ReadonlyMap<
  string,
  { imports: readonly { path: string; kind: string; external?: boolean }[] }
>;

/** The files that are read when one is imported, without those that it loads later. */
function reachedFrom(path: string, outputs: Outputs, reached = new Set<string>()): Set<string> {
  if (reached.has(path)) return reached;
  reached.add(path);
  for (const next of importsOf(path, outputs)) reachedFrom(next, outputs, reached);
  return reached;
}

function importsOf(path: string, outputs: Outputs): string[] {
  const own = outputs
    .get(path)
    ?.imports.filter(({ kind, external }) => kind === "import-statement" && !external);
  return own?.map((each) => resolve(each.path)) ?? [];
}
