/** What the tools of packages above share with those here. */
export { readImages, withFiles } from "./attachments.ts";
export { allowedRoots } from "./core-deps.ts";
export { reportProgress } from "./report-progress.ts";
export { type RunData, runOutput } from "./run-data.ts";
export * as parameters from "./tools/parameters.ts";
