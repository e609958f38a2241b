// Which test files there are, and what has to be built before they can run.
import { globSync, readFileSync } from "node:fs";
import { relative, resolve, sep } from "node:path";
import config from "../vitest.config.ts";

const withSlashes = (path) => path.replaceAll(sep, "/");
const testFiles = globSync(config.test.include)
  .map(withSlashes)
  .filter((file) => !file.includes("/node_modules/"))
  .sort();

/** The test files whose path from the root of the project contains `pattern`; a path to one may be absolute. */
export function testFilesWith(pattern) {
  const path = withSlashes(relative("", resolve(pattern)));
  return testFiles.filter((file) => file.includes(path) || file.includes(withSlashes(pattern)));
}

/** The folders of the packages whose executables the test files start: few of those beside the sources start any. */
export function packagesToBuild(files) {
  const starting = files.filter(
    (file) => file.includes("/test/") || readFileSync(file, "utf8").includes("dist/"),
  );
  return [...new Set(starting.map((file) => file.split("/").slice(0, 2).join("/")))];
}
