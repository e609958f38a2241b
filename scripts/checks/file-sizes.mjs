// Files stay small enough to be read in one go.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

const MAX_SOURCE = 300;
const MAX_TEST = 500;
const MAX_BIN = 30;

const files = execFileSync(
  "git",
  ["ls-files", "--cached", "--others", "--exclude-standard", "packages", "apps", "bench", "scripts"],
  { encoding: "utf8" },
)
  .split("\n")
  .filter((file) => /\.(ts|mjs)$/.test(file));

const sizes = files.map((file) => ({ file, lines: readFileSync(file, "utf8").split("\n").length - 1 }));
const isTest = ({ file }) => file.endsWith(".test.ts");
const limitOf = (entry) => (isTest(entry) ? MAX_TEST : entry.file.endsWith("/bin.ts") ? MAX_BIN : MAX_SOURCE);

const tooLong = sizes.filter((entry) => entry.lines > limitOf(entry));
for (const entry of tooLong) console.error(`${entry.file}: ${entry.lines} lines, at most ${limitOf(entry)}`);

const longest = Math.max(...sizes.filter((entry) => !isTest(entry)).map(({ lines }) => lines));
console.log(`${files.length} files, the longest source has ${longest} lines`);
process.exitCode = tooLong.length > 0 ? 1 : 0;
