// The examples compile: those of the READMEs, which the packages' tests run, of the documents, and the `@example` blocks
// of docstrings.
// Every entry of a published package has one, and everything that it exports says what it is.
import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import { run, tool } from "../programs.mjs";
import { publicPackages } from "../public-packages.mjs";

const SOURCE = "@ollama-bridge/source";
const FOLDER = resolve("node_modules/.cache/examples");
/** What configures and tests a server is shown where the server is. */
const WITHOUT_EXAMPLE = /\/(config|errors|testing|tools)$/;

const problems = [];
const entries = publicPackages().flatMap(({ folder, manifest }) =>
  Object.entries(manifest.exports ?? {}).map(([path, targets]) => ({
    name: manifest.name + path.slice(1),
    file: join(folder, targets[SOURCE]),
  })),
);

/** Writes an example as a module whose lines have the numbers that they have in `file`. */
function writeExample(file, index, line, text) {
  const target = join(FOLDER, file.replace(/(\.d)?\.(ts|md)$/, `.${index}.ts`));
  mkdirSync(dirname(target), { recursive: true });
  writeFileSync(target, `${"\n".repeat(line)}${text}\nexport {};\n`);
}

/** Where an example stands that begins with the path of its file; relative imports are those of that file. */
const pathIn = (text) => /^\/\/ (packages\/\S+\.ts)$/m.exec(text)?.[1];

const lineAt = (text, index) => text.slice(0, index).split("\n").length - 1;

function writeExamplesOfPage(file) {
  const text = readFileSync(file, "utf8");
  const blocks = [...text.matchAll(/^```ts\n(.*?)^```$/gms)];
  for (const [index, block] of blocks.entries())
    writeExample(pathIn(block[1]) ?? file, index, lineAt(text, block.index) + 1, block[1]);
  return blocks.length;
}

function writeExamplesOfSource(file) {
  const text = readFileSync(file, "utf8");
  const blocks = [...text.matchAll(/^ *\* @example\n((?: *\*(?!\/)(?! @).*\n)+)/gm)];
  for (const [index, block] of blocks.entries())
    writeExample(file, index, lineAt(text, block.index) + 1, block[1].replaceAll(/^ *\* ?/gm, ""));
  return blocks.length;
}

/** The exported names of a module with the files that declare them, its own re-exports followed. */
function exportsOf(file) {
  const text = readFileSync(file, "utf8");
  const passedOn = [...text.matchAll(/^export (?:type )?(?:\*|\{([^}]*)\}) from "(\.[^"]+)"/gm)];
  const own = [...text.matchAll(DECLARATION)].map(([, name]) => ({ name, file }));
  return [
    ...own,
    ...passedOn.flatMap(([, list, specifier]) => {
      const from = join(dirname(file), specifier);
      if (list === undefined) return exportsOf(from);
      const names = list.split(",").map(
        (each) =>
          each
            .trim()
            .replace(/^type /, "")
            .split(" as ")[0],
      );
      return names.filter(Boolean).map((name) => ({ name, file: from }));
    }),
  ];
}

const DECLARATION =
  /^export (?:declare |abstract |async )*(?:class|interface|type|const|function\*?|enum) (\w+)/gm;

function hasDocstring({ name, file }) {
  const text = readFileSync(file, "utf8");
  const passedOn = [...text.matchAll(/^export (?:type )?\{([^}]*)\} from "(\.[^"]+)"/gm)].find(([, list]) =>
    new RegExp(`\\b${name}\\b`).test(list),
  );
  if (passedOn !== undefined) return hasDocstring({ name, file: join(dirname(file), passedOn[2]) });
  return new RegExp(
    `\\*/\\n(?:export )?(?:\\w+ )*(?:class|interface|type|const|function\\*?) ${name}\\b`,
  ).test(text);
}

rmSync(FOLDER, { recursive: true, force: true });
let count = 0;
for (const { folder, manifest } of publicPackages()) {
  const readme = writeExamplesOfPage(join(folder, "README.md"));
  if (readme === 0 && manifest.exports) problems.push(`${folder}/README.md shows no library in use`);
  count += readme;
}
for (const page of globSync("docs/*.md")) count += writeExamplesOfPage(page);
const sources = (
  await run("git", [
    "ls-files",
    "--cached",
    "--others",
    "--exclude-standard",
    "packages/*/src/*.ts",
    "apps/*/src/*.ts",
  ])
)
  .split("\n")
  .filter((file) => /(?<!\.test)\.ts$/.test(file));
const withExample = new Set();
for (const file of sources) {
  const found = writeExamplesOfSource(file);
  count += found;
  if (found > 0) withExample.add(file);
}
for (const { name, file } of entries) {
  const exported = exportsOf(file);
  if (!WITHOUT_EXAMPLE.test(name) && !exported.some((each) => withExample.has(each.file)))
    problems.push(`${name} exports nothing that has an @example`);
  for (const each of exported)
    if (!hasDocstring(each))
      problems.push(`${each.file}: ${each.name}, exported by ${name}, has no docstring`);
}

const paths = Object.fromEntries(entries.map(({ name, file }) => [name, [`./${relative(FOLDER, file)}`]]));
writeFileSync(
  join(FOLDER, "tsconfig.json"),
  JSON.stringify({
    extends: resolve("tsconfig.base.json"),
    compilerOptions: { noEmit: true, paths, rootDirs: [FOLDER, resolve(".")] },
    include: ["**/*.ts"],
  }),
);
const [node, tsc] = tool("tsc", "typescript");
await run(node, [tsc, "-p", FOLDER, "--pretty", "false"], { cwd: FOLDER }).catch(({ cause }) =>
  problems.push(cause.stdout.trim()),
);
for (const problem of problems) console.error(problem);
console.log(`${count} examples compile; ${entries.length} entries`);
process.exitCode = problems.length > 0 ? 1 : 0;
