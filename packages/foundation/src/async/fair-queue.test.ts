import { expect, test } from "vitest";
import { FairQueue } from "./fair-queue.ts";

const never = new AbortController().signal;

test("those of one group go in the order they came, and groups take turns", async () => {
  const queue = new FairQueue(1);
  const order: string[] = [];
  const end = await queue.take(never, { group: "x" });
  const waiting = ["x1", "x2", "x3", "y1", "y2"].map(async (name) => {
    const done = await queue.take(never, { group: name[0] ?? "" });
    order.push(name);
    done();
  });
  end();
  await Promise.all(waiting);
  expect(order).toEqual(["x1", "y1", "x2", "y2", "x3"]);
});

test("lanes do not wait for each other", async () => {
  const queue = new FairQueue(1);
  await queue.take(never, { lane: "a" });
  await queue.take(never, { lane: "b" });
});

test("whoever is cancelled leaves the queue with the reason, and nobody waits for them", async () => {
  const queue = new FairQueue(1);
  const end = await queue.take(never, { group: "x" });
  const controller = new AbortController();
  const cancelled = queue.take(controller.signal, { group: "x" });
  const next = queue.take(never, { group: "x" });
  controller.abort(new Error("gone"));
  await expect(cancelled).rejects.toThrow("gone");
  end();
  (await next)();
});

test("those who wait in a lane are rejected, of one group or of all; others go on waiting", async () => {
  const queue = new FairQueue(1);
  const end = await queue.take(never, { lane: "a" });
  const [x, y] = ["x", "y"].map((group) => queue.take(never, { lane: "a", group }));
  queue.rejectWaiting(new Error("elsewhere"), { lane: "b" });
  queue.rejectWaiting(new Error("lost"), { lane: "a", group: "x" });
  await expect(x).rejects.toThrow("lost");
  end();
  (await y)?.();
  const again = await queue.take(never, { lane: "a" });
  const late = queue.take(never, { lane: "a", group: "z" });
  queue.rejectWaiting(new Error("all"), { lane: "a" });
  await expect(late).rejects.toThrow("all");
  again();
});

/** Numbers in [0, 1), the same in every run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

test("never more at once than allowed, whatever comes, goes and is cancelled", async () => {
  const random = seeded(3);
  const queue = new FairQueue(4);
  let running = 0;
  let most = 0;
  const calls = Array.from({ length: 500 }, async () => {
    const controller = new AbortController();
    if (random() < 0.3) queueMicrotask(() => controller.abort(new Error("cancelled")));
    try {
      const end = await queue.take(controller.signal, { group: random() < 0.5 ? "x" : "y" });
      most = Math.max(most, ++running);
      for (let pause = random() * 5; pause > 0; pause--) await null;
      running--;
      end();
      end();
    } catch {
      // Cancelled while it waited.
    }
  });
  await Promise.all(calls);
  expect(most).toBe(4);
  expect(running).toBe(0);
  const all = await Promise.all(Array.from({ length: 4 }, () => queue.take(never, { group: "x" })));
  expect(all).toHaveLength(4);
});

test("tells how many wait in a lane", async () => {
  const queue = new FairQueue(1);
  const end = await queue.take(never, { lane: "a" });
  expect(queue.waitingIn("a")).toBe(0);
  const waiting = ["x", "y", "y"].map((group) => queue.take(never, { lane: "a", group }));
  expect([queue.waitingIn("a"), queue.waitingIn("b")]).toEqual([3, 0]);
  end();
  (await waiting[0])?.();
  expect(queue.waitingIn("a")).toBe(1);
});
