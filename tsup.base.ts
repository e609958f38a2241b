import type { Options } from "tsup";

/** The library entries of a package: one module each, dependencies left to the installer. */
export const library = (entry: string[]): Options => ({
  entry,
  format: "esm",
  target: "node22.19",
  platform: "node",
  splitting: true,
  clean: false,
  dts: false, // declarations come from `tsc`, which tsup cannot drive under TypeScript 7
  esbuildOptions: (options) => {
    options.conditions = ["@ollama-bridge/source"];
  },
});

// The MCP client's OAuth imports it, which nothing here uses: bundled, it would be a chunk that no file imports.
const unused = ["jose"];

/**
 * The executable of a package: everything it needs in one folder of chunks, so that starting reads one file
 * and what is imported lazily stays unread.
 */
export const executable = (entry: Record<string, string>, external: string[] = []): Options => ({
  ...library([]),
  entry,
  minify: true,
  noExternal: [new RegExp(`^(?!(${[...external, ...unused].join("|")})(/|$))`)],
  external: [...external, ...unused],
  // CommonJS dependencies ask for Node's built-in modules through `require`.
  banner: {
    js: 'import{createRequire as __createRequire}from"node:module";const require=__createRequire(import.meta.url);',
  },
});
