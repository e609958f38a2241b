/** What the tools of packages above share with those here. */

export { type Attached, attach, withWarnings } from "./tools/attach.ts";
export * as parameters from "./tools/parameters.ts";
export { reportProgress } from "./tools/report-progress.ts";
export { type RunData, runData, runOutput, warningsData } from "./tools/run-data.ts";
