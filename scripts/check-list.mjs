// The checks of `npm test` by name, in the order in which they run: a program and its arguments.
import { join } from "node:path";
import { tool } from "./programs.mjs";

const script = (name) => [process.execPath, join("scripts", "checks", `${name}.mjs`)];
const onSources = (...args) => [process.execPath, join("scripts", "on-sources.mjs"), ...args];

export const checks = {
  build: [...tool("turbo"), "run", "build", "--output-logs=errors-only"],
  format: [...tool("biome", "@biomejs/biome"), "check", "--error-on-warnings", "."],
  types: [...tool("tsc", "typescript"), "-p", "tsconfig.json", "--noEmit"],
  layers: script("layers"),
  "file-sizes": script("file-sizes"),
  wording: script("wording"),
  commands: script("commands"),
  changesets: script("changesets"),
  workflows: script("workflows"),
  toolchain: script("toolchain"),
  unused: [...tool("knip"), "--no-progress"],
  packages: script("packages"),
  tokens: onSources("scripts/tokens.ts"),
  examples: script("examples"),
  docs: onSources("scripts/generate-docs.ts", "--check"),
  tests: tool("vitest"),
  "packed-consumer": script("packed-consumer"),
  rehearsal: [process.execPath, join("scripts", "release-rehearsal.mjs")],
};

/** Those that read what was built. */
export const checksOfBuild = ["packages", "tests", "packed-consumer", "rehearsal"];
