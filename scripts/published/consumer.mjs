// A project of somebody else, in an empty folder, that uses our packages as npm gives them out.
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { run, tool } from "../programs.mjs";
import { publicPackages } from "../public-packages.mjs";

const PROGRAM = "consumer.ts";

const compilerOptions = {
  module: "nodenext",
  target: "es2024",
  lib: ["es2024"],
  types: ["node"],
  strict: true,
  exactOptionalPropertyTypes: true,
  noEmit: true,
  skipLibCheck: false,
};

/** Makes `folder` a project that has `packages` (names, ranges or tarballs) installed. */
export async function installInto(folder, packages, environment, flags = []) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), '{ "private": true, "type": "module" }\n');
  await install(folder, packages, environment, flags);
}

export const install = (folder, packages, environment, flags = []) =>
  run("npm", ["install", ...packages, ...flags], { cwd: folder, env: environment });

/** The manifest of a package as it is installed in `folder`; undefined when it is not. */
export function installedManifest(folder, name) {
  const file = join(folder, "node_modules", name, "package.json");
  return existsSync(file) ? JSON.parse(readFileSync(file, "utf8")) : undefined;
}

/** The bytes of all that is installed in `folder`. */
export function bytesInstalled(folder) {
  return readdirSync(join(folder, "node_modules"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}

/** What our packages named `names` leave to those who use their toolsets, as npm is told to install it. */
export function optionalPeers(names) {
  const ranges = publicPackages()
    .filter(({ manifest }) => names.includes(manifest.name))
    .flatMap(({ manifest }) => Object.entries(manifest.peerDependencies ?? {}))
    .filter(([, range]) => !range.startsWith("workspace:"))
    .map(([name, range]) => `${name}@${range}`);
  return [...new Set(ranges)];
}

/**
 * Writes a program that imports the entries of the installed packages' libraries (all, or those at `paths`), checks
 * its types, theirs and those of the other programs in the folder, and runs it. Resolves to the number of entries.
 */
export async function useLibraries(folder, names, paths) {
  const entries = names.flatMap((name) =>
    (paths ?? Object.keys(installedManifest(folder, name).exports ?? {})).map((path) => name + path.slice(1)),
  );
  if (entries.length === 0) return 0;
  const imports = entries.map((entry, index) => `import * as entry${index} from "${entry}";`);
  const values = entries.map((_, index) => `entry${index}`).join(", ");
  const use = `for (const entry of [${values}]) if (Object.keys(entry).length === 0) throw new Error("an entry exports nothing");`;
  writeFileSync(join(folder, PROGRAM), [...imports, use, ""].join("\n"));
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["*.ts"] }));
  await run(...withArguments(tool("tsc", "typescript"), ["-p", folder]));
  await runProgram(folder);
  return entries.length;
}

/** Writes the first example of the installed package's README as a program, with `url` for the address in it. */
export function writeReadmeExample(folder, name, url = "$&") {
  const readme = readFileSync(join(folder, "node_modules", name, "README.md"), "utf8");
  const [, example] = /^```ts\n(.*?)^```$/ms.exec(readme) ?? [];
  if (example === undefined) return undefined;
  const file = `${name.replaceAll(/\W+/g, "-")}.ts`.replace(/^-/, "");
  writeFileSync(join(folder, file), example.replaceAll(/http:\/\/[\w.-]+:11434/g, url));
  return file;
}

/** The packages in `folder`. */
export function installedPackages(folder) {
  const names = (parent) => readdirSync(parent).filter((name) => !name.startsWith("."));
  const modules = join(folder, "node_modules");
  return names(modules)
    .flatMap((name) =>
      name.startsWith("@") ? names(join(modules, name)).map((inner) => `${name}/${inner}`) : name,
    )
    .sort();
}

/** The packages that are loaded, and only then, when somebody imports `name`. */
export async function loadedPackages(folder, name) {
  const program = `
    import { registerHooks } from "node:module";
    const loaded = new Set();
    registerHooks({
      load(url, context, next) {
        const [, name] = /.*[/]node_modules[/]((?:@[^/]+[/])?[^/]+)/.exec(url) ?? [];
        if (name !== undefined) loaded.add(name);
        return next(url, context);
      },
    });
    await import(${JSON.stringify(name)});
    console.log(JSON.stringify([...loaded].sort()));`;
  return JSON.parse(await run(process.execPath, ["--input-type=module", "--eval", program], { cwd: folder }));
}

/** Runs that program again, with what is installed now. */
export const runProgram = (folder) => run(process.execPath, [PROGRAM], { cwd: folder });

const withArguments = ([program, script], rest) => [program, [script, ...rest]];

/** What a project in TypeScript for Node has anyway, in the version that ours is checked with. */
export function nodeTypes() {
  const { version } = JSON.parse(readFileSync(resolve("node_modules/@types/node/package.json"), "utf8"));
  return `@types/node@${version}`;
}
