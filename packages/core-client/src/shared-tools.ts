/** What the tools of packages above share with those here. */

export { allowedRoots } from "./core-dependencies.ts";
export { readImages, withFiles } from "./files/attachments.ts";
export { reportProgress } from "./run/report-progress.ts";
export { type RunData, runData, runOutput, warningsData } from "./run/run-data.ts";
export * as parameters from "./tools/parameters.ts";
