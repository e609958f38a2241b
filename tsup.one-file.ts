import { resolve } from "node:path";
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
      const names = (path: string) =>
        (outputs.get(path)?.exports ?? []).map((name) => ({
          name,
          inOne: `${name}_${together.indexOf(path)}`,
        }));
      const list = (path: string, from: "one" | "part") =>
        names(path)
          .map(({ name, inOne }) => (from === "part" ? `${name} as ${inOne}` : `${inOne} as ${name}`))
          .join(",");
      const parts = together.map((path) => `export {${list(path, "part")}} from ${JSON.stringify(path)};`);
      const textOf = (path: string) => outputFiles.find((file) => file.path === path)?.text;
      const { outputFiles: [one] = [] } = await esbuild.build({
        stdin: { contents: [`export * from ${JSON.stringify(main)};`, ...parts].join("\n") },
        bundle: true,
        write: false,
        format: "esm",
        platform: "node",
        target: initialOptions.target ?? "node22.19",
        minify: initialOptions.minify ?? false,
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
                contents: textOf(path) ?? "",
                resolveDir: resolve(path, ".."),
              }));
            },
          },
        ],
      });
      if (one === undefined) return;
      const at = JSON.stringify(`./${main.slice(resolve(main, "..").length + 1)}`);
      for (const file of outputFiles) {
        if (file.path === main) file.contents = one.contents;
        else if (together.includes(file.path))
          file.contents = new TextEncoder().encode(`export{${list(file.path, "one")}}from${at};\n`);
      }
    });
  },
};

type Outputs = ReadonlyMap<
  string,
  { imports: readonly { path: string; kind: string; external?: boolean }[] }
>;

/** The files that are read when one is imported. */
function reachedFrom(path: string, outputs: Outputs, reached = new Set<string>()): Set<string> {
  if (reached.has(path)) return reached;
  reached.add(path);
  for (const { path: next, kind, external } of outputs.get(path)?.imports ?? [])
    if (kind === "import-statement" && external !== true) reachedFrom(resolve(next), outputs, reached);
  return reached;
}
