// A package that changed since the base branch has a changeset that names it, or is released by the change itself.
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "../programs.mjs";
import { publicPackages } from "../public-packages.mjs";
import { skip } from "../skip.mjs";

const FOLDER = ".changeset";
const { baseBranch } = JSON.parse(readFileSync(join(FOLDER, "config.json"), "utf8"));
const packages = publicPackages();
const names = new Set(packages.map(({ manifest }) => manifest.name));

const git = async (...args) => (await run("git", args)).trim();
const lines = (text) => text.split("\n").filter(Boolean);

/** The packages that each changeset names, as its head has them: `"NAME": patch`. */
function namedPackages(text) {
  const head = /^---\r?\n([\s\S]*?)\r?\n?---/.exec(text)?.[1];
  if (head === undefined) throw new Error("it has no head between two lines of ---");
  return lines(head.replaceAll("\r", "")).map((line) => {
    const name = /^["']?([^"']+?)["']?\s*:\s*(?:patch|minor|major)\s*$/.exec(line)?.[1];
    if (!names.has(name)) throw new Error(`${line} is not a package of ours with patch, minor or major`);
    return name;
  });
}

/** Where this work left the base branch; undefined in a checkout that knows no base. */
async function baseCommit() {
  const candidates = [`origin/${baseBranch}`, baseBranch];
  for (const candidate of candidates) {
    const base = await git("merge-base", "HEAD", candidate).catch(() => undefined);
    // On the base branch itself, without a remote, everything is the base.
    if (base !== undefined && (candidate !== baseBranch || base !== (await git("rev-parse", "HEAD"))))
      return base;
  }
  return undefined;
}

const changesets = readdirSync(FOLDER).filter((file) => file.endsWith(".md") && file !== "README.md");
const covered = new Set();
let failed = false;
const fail = (text) => {
  failed = true;
  console.error(text);
};
for (const file of changesets)
  try {
    for (const name of namedPackages(readFileSync(join(FOLDER, file), "utf8"))) covered.add(name);
  } catch (error) {
    fail(`${FOLDER}/${file}: ${error.message}`);
  }
if (failed) process.exit(1);

const base = await baseCommit();
if (base === undefined) skip(`there is neither origin/${baseBranch} nor another branch to compare with`);

const changed = [
  ...lines(await git("diff", "--name-only", "--no-renames", base)),
  ...lines(await git("ls-files", "--others", "--exclude-standard")),
];
// What users get out of a package; its tests and its documents they do not run.
const ships = (file, folder) =>
  (file.startsWith(`${folder}/src/`) && !file.endsWith(".test.ts")) || file === `${folder}/package.json`;

for (const { folder, manifest } of packages) {
  const path = folder.replaceAll("\\", "/");
  if (covered.has(manifest.name) || !changed.some((file) => ships(file, path))) continue;
  const before = await git("show", `${base}:${path}/package.json`).catch(() => undefined);
  // A new package or a new version is itself the release.
  if (before === undefined || JSON.parse(before).version !== manifest.version) continue;
  fail(
    `${manifest.name} changed since ${base.slice(0, 8)} and no changeset names it: run \`npm run changeset\`.`,
  );
}
console.log(`${changesets.length} changesets; compared with ${base.slice(0, 8)}`);
process.exitCode = failed ? 1 : 0;
