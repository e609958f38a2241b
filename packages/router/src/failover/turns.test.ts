import { expect, test } from "vitest";
import { literalInstance, seeded } from "../../test/literal-fleet.ts";
import { Turns } from "./turns.ts";

const never = new AbortController().signal;

test("those who wait for one model go in the order they came, and models take turns", async () => {
  const turns = new Turns(1);
  const instance = literalInstance("a");
  const order: string[] = [];
  const end = await turns.take(instance, "x", never);
  const waiting = ["x1", "x2", "x3", "y1", "y2"].map(async (name) => {
    const done = await turns.take(instance, name[0] ?? "", never);
    order.push(name);
    done();
  });
  end();
  await Promise.all(waiting);
  expect(order).toEqual(["x1", "y1", "x2", "y2", "x3"]);
});

test("instances do not wait for each other", async () => {
  const turns = new Turns(1);
  await turns.take(literalInstance("a"), "x", never);
  await turns.take(literalInstance("b"), "x", never);
});

test("whoever is cancelled leaves the queue with the reason, and nobody waits for them", async () => {
  const turns = new Turns(1);
  const instance = literalInstance("a");
  const end = await turns.take(instance, "x", never);
  const controller = new AbortController();
  const cancelled = turns.take(instance, "x", controller.signal);
  const next = turns.take(instance, "x", never);
  controller.abort(new Error("gone"));
  await expect(cancelled).rejects.toThrow("gone");
  end();
  (await next)();
});

test("never more at once than allowed, whatever comes, goes and is cancelled", async () => {
  const random = seeded(3);
  const turns = new Turns(4);
  const instance = literalInstance("a");
  let running = 0;
  let most = 0;
  const calls = Array.from({ length: 500 }, async () => {
    const controller = new AbortController();
    if (random() < 0.3) queueMicrotask(() => controller.abort(new Error("cancelled")));
    try {
      const end = await turns.take(instance, random() < 0.5 ? "x" : "y", controller.signal);
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
  const all = await Promise.all(Array.from({ length: 4 }, () => turns.take(instance, "x", never)));
  expect(all).toHaveLength(4);
});
