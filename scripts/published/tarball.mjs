// What is in a package as it would be published, read from its unpacked tarball.
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { isBuiltin } from "node:module";
import { dirname, join, relative } from "node:path";
import { init, parse } from "es-module-lexer";

await init;

const MAX_BYTES = 2_300_000;
/** The bridge carries what reads PDFs, of 1.7 MB. */
const MAX_BYTES_OF_BRIDGE = 4_200_000;
const ALLOWED = [
  /^package\.json$/,
  /^README\.md$/,
  /^LICENSE$/,
  /^dist\/.+\.(js|d\.ts)$/,
  /^dist\/THIRD-PARTY-NOTICES\.txt$/,
];
const REQUIRED = ["package.json", "README.md", "LICENSE"];
const FIELDS = ["description", "keywords", "homepage", "bugs", "engines", "repository", "files"];
const ENGINE = /^(@ollama-bridge\/engine|node-llama-cpp|@node-llama-cpp\/.*)$/;

/** The size in bytes, and what is wrong, a sentence each. `source` is the package's folder in the repository. */
export function examine(unpacked, source) {
  const manifest = JSON.parse(readFileSync(join(unpacked, "package.json"), "utf8"));
  const files = readdirSync(unpacked, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(unpacked, join(entry.parentPath, entry.name)).replaceAll("\\", "/"));
  const bytes = files.reduce((sum, file) => sum + statSync(join(unpacked, file)).size, 0);
  const imports = importsOf(unpacked, manifest, files);
  const maxBytes = manifest.name === "ollama-bridge-mcp" ? MAX_BYTES_OF_BRIDGE : MAX_BYTES;
  const problems = [
    ...REQUIRED.filter((file) => !files.includes(file)).map((file) => `has no ${file}`),
    ...files
      .filter((file) => !ALLOWED.some((allowed) => allowed.test(file)))
      .map((file) => `holds ${file}, which nobody asked for`),
    ...files
      .filter((file) => /\.(js|d\.ts)$/.test(file) && !imports.files.has(file))
      .map((file) => `holds ${file}, which no entry reaches: it is left from an older build, build again`),
    ...[...imports.missing].map((file) => `imports ${file} and does not hold it`),
    ...(bytes > maxBytes ? [`has ${bytes} bytes, at most ${maxBytes}`] : []),
    ...metadataProblems(manifest, source),
    ...dependencyProblems(manifest, imports.packages),
  ];
  return { bytes, problems };
}

function metadataProblems(manifest, source) {
  const folder = source.replaceAll("\\", "/");
  const changelog = join(source, "CHANGELOG.md");
  const released = existsSync(changelog) && /^## (\S+)/m.exec(readFileSync(changelog, "utf8"))?.[1];
  return [
    ...FIELDS.filter((field) => !manifest[field]).map((field) => `has no ${field} in its package.json`),
    ...(manifest.license === "MIT" ? [] : ["is not under the MIT license"]),
    ...(manifest.repository?.directory === folder
      ? []
      : [`names another folder than ${folder} as its source`]),
    ...(manifest.publishConfig?.access === "public" && manifest.publishConfig.provenance === true
      ? []
      : ["is not published to everybody with provenance"]),
    ...(released === manifest.version
      ? []
      : [`is ${manifest.version}, but its changelog ends with ${released}`]),
  ];
}

function dependencyProblems(manifest, used) {
  const dependencies = Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies });
  const declared = new Set([...dependencies, ...Object.keys(manifest.peerDependencies ?? {})]);
  const carriesEngine =
    manifest.name === "@ollama-bridge/engine" ? [] : dependencies.filter((name) => ENGINE.test(name));
  return [
    ...[...declared]
      .filter((name) => !used.has(name))
      .map((name) => `depends on ${name} and never imports it`),
    ...[...used]
      .filter((name) => !declared.has(name))
      .map((name) => `imports ${name} and does not depend on it`),
    ...carriesEngine.map((name) => `brings ${name} unasked`),
  ];
}

/** Follows the imports from every entry of the package: the files they reach, and the packages outside. */
function importsOf(unpacked, { exports = {}, bin = {}, peerDependenciesMeta = {} }, present) {
  const waiting = [
    ...Object.values(exports).flatMap((targets) => Object.values(targets)),
    ...Object.values(bin),
  ];
  const files = new Set();
  const packages = new Set();
  const missing = new Set();
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const file = join(next).replaceAll("\\", "/");
    if (files.has(file)) continue;
    files.add(file);
    if (!present.includes(file)) {
      missing.add(file);
      continue;
    }
    const text = readFileSync(join(unpacked, file), "utf8");
    // What may be missing is looked for by its name, without an import.
    for (const name of Object.keys(peerDependenciesMeta))
      if (text.includes(`"${name}"`) || text.includes(`"${name}/`)) packages.add(name);
    for (const specifier of specifiersIn(file, text)) {
      if (specifier.startsWith(".")) waiting.push(join(dirname(file), besides(file, specifier)));
      else if (!isBuiltin(specifier)) packages.add(/^(@[^/]+\/)?[^/]+/.exec(specifier)[0]);
    }
  }
  return { files, packages, missing };
}

const isDeclaration = (file) => file.endsWith(".d.ts");

/** The declaration of a module lies beside it. */
const besides = (file, specifier) =>
  isDeclaration(file) ? specifier.replace(/(\.d)?\.(ts|js)$/, ".d.ts") : specifier;

/** The examples in a declaration's comments import what only their readers need. */
const withoutComments = (text) => text.replaceAll(/\/\*\*.*?\*\//gs, "");

function specifiersIn(file, text) {
  if (isDeclaration(file))
    return [...withoutComments(text).matchAll(/(?:from|import\(|import)\s*"([^"]+)"/g)].map(
      (match) => match[1],
    );
  // A thread's file is named by its address.
  const threads = [...text.matchAll(/["'`](\.\/[\w-]+\.js)["'`]\s*,\s*import\.meta\.url\)/g)].map(
    (match) => match[1],
  );
  return [...parse(text)[0].flatMap(({ n: specifier }) => specifier ?? []), ...threads];
}
