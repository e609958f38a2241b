import { basename } from "node:path";

/** The namespace of what is kept for a project, unless the configuration names another: its folder's name. */
export function projectNamespace(): string {
  return basename(process.cwd()) || "default";
}
