// A check that cannot run here says why, and is counted as skipped.

/** The exit code that `check.mjs` counts as skipped. */
export const SKIPPED = 77;

/** Ends the check. */
export function skip(reason) {
  console.log(`skipped: ${reason}`);
  process.exit(SKIPPED);
}
