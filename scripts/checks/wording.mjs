// Sources, documents and tool descriptions use the project's terms and spelling. scripts/wording.json lists what was
// replaced: `find` is a regular expression (under `spelling` without regard to case), `use` replaces it, `except` names
// folders and files where it may stay. Whoever replaces the last use of a `pending` term removes that mark.
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";

const LIST = "scripts/wording.json";
const READ = /\.(ts|mts|mjs|md|ya?ml|json|html|css)$/;
const NOT_OURS = /(^|\/)CHANGELOG\.md$|^pnpm-lock\.yaml$|^bench\/data\//;

const { terms, spelling } = JSON.parse(readFileSync(LIST, "utf8"));
const entries = [
  ...terms.map((entry) => ({ ...entry, pattern: new RegExp(entry.find) })),
  ...spelling.map((entry) => ({ ...entry, pattern: new RegExp(entry.find, "i") })),
];

const listed = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
  encoding: "utf8",
});
/** Each line of the project, and each file's own path, with where it is. */
const lines = listed
  .split("\n")
  .filter((file) => READ.test(file) && !NOT_OURS.test(file) && file !== LIST && existsSync(file))
  .flatMap((file) => [
    { file, where: file, text: file },
    ...readFileSync(file, "utf8")
      .split("\n")
      .map((text, index) => ({ file, where: `${file}:${index + 1}`, text })),
  ]);

let pendingTerms = 0;
for (const { find, use, pattern, pending = false, except = [] } of entries) {
  const uses = lines.filter(
    ({ file, text }) => pattern.test(text) && !except.some((start) => file.startsWith(start)),
  );
  if (pending && uses.length === 0) console.log(`${find} is gone: remove "pending" from its line in ${LIST}`);
  else if (pending) pendingTerms++;
  else
    for (const { where, text } of uses) {
      console.error(`${where}: for "${pattern.exec(text)[0]}" use "${use}"`);
      process.exitCode = 1;
    }
}
console.log(`${entries.length - pendingTerms} terms are replaced, ${pendingTerms} are pending`);
