import { stat } from "node:fs/promises";
import { expect, test } from "vitest";
import { withDeadline } from "./deadline.ts";
import { raceAbort } from "./waiting.ts";

/** Stalls the process, as a busy machine does. */
function block(forMs: number): void {
  const endMs = performance.now() + forMs;
  while (performance.now() < endMs);
}

test("an answer that arrived while the process was stalled counts", async () => {
  const work = withDeadline({ timeoutMs: 5 }, (signal) => raceAbort(stat("."), signal));
  block(100);
  expect((await work).isDirectory()).toBe(true);
});

test("work that never finishes ends at the deadline", async () => {
  const never = withDeadline({ timeoutMs: 5 }, (signal) => raceAbort(new Promise(() => undefined), signal));
  await expect(never).rejects.toMatchObject({ code: "TIMEOUT_EXCEEDED", details: { timeoutMs: 5 } });
});
