/** What the tools of packages above share with those here. */

export { allowedRoots } from "./core-dependencies.ts";
export { readImages, withFiles } from "./files/attachments.ts";
export * as parameters from "./tools/parameters.ts";
export { reportProgress } from "./tools/report-progress.ts";
export { type RunData, runData, runOutput, warningsData } from "./tools/run-data.ts";
