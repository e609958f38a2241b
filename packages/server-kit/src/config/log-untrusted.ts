import { logAlways } from "../log/create-logger.ts";
import type { Settings } from "./settings.ts";

/** Logs what does not count of a project's file that is not trusted, and returns the notice for other places. */
export function logUntrusted({ project }: Settings): string | undefined {
  const notice = project?.notice;
  if (project === undefined || notice === undefined) return undefined;
  const { path: file, ignored, counted } = project;
  logAlways({ file, ignored, counted }, notice);
  return notice;
}
