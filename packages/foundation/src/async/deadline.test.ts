import { stat } from "node:fs/promises";
import { expect, test } from "vitest";
import { withDeadline } from "./deadline.ts";
import { raceAbort } from "./waiting.ts";

/** Keeps the process from everything else, as a busy machine does. */
function block(forMs: number): void {
  const endMs = performance.now() + forMs;
  while (performance.now() < endMs);
}

test("an answer that came while the process was kept waiting counts", async () => {
  const work = withDeadline({ timeoutMs: 5 }, (signal) => raceAbort(stat("."), signal));
  block(100);
  expect((await work).isDirectory()).toBe(true);
});

test("what never comes ends at the deadline", async () => {
  const never = withDeadline({ timeoutMs: 5 }, (signal) => raceAbort(new Promise(() => undefined), signal));
  await expect(never).rejects.toMatchObject({ code: "TIMEOUT_EXCEEDED", details: { timeoutMs: 5 } });
});
