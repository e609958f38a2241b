import { existsSync, readFileSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

/**
 * The folder under which Claude Code keeps what is local to a project: the root of the repository, for a further
 * working tree that of the first one; without a repository the folder itself.
 */
export function projectOf(folder: string): string {
  const root = repositoryOf(folder) ?? folder;
  return root.replaceAll("\\", "/");
}

function repositoryOf(folder: string): string | undefined {
  const git = join(folder, ".git");
  if (existsSync(git)) return statSync(git).isDirectory() ? folder : firstTree(folder, git);
  const above = dirname(folder);
  return above === folder ? undefined : repositoryOf(above);
}

/** A file `.git` names the folder with the tree's own state; in a further tree's that one names the shared folder. */
function firstTree(folder: string, git: string): string {
  const state = resolve(
    folder,
    readFileSync(git, "utf8")
      .replace(/^gitdir: /, "")
      .trim(),
  );
  const common = join(state, "commondir");
  return existsSync(common) ? dirname(resolve(state, readFileSync(common, "utf8").trim())) : folder;
}
