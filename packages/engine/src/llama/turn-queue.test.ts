import { expect, test } from "vitest";
import { TurnQueue } from "./turn-queue.ts";

test("turns are taken in the order of asking; who aborts while waiting is passed over", async () => {
  const queue = new TurnQueue();
  const order: string[] = [];
  const end = await queue.take();
  const leaving = new AbortController();
  const take = async (name: string, signal?: AbortSignal) => {
    const release = await queue.take(signal);
    order.push(name);
    release();
  };
  const waiting = [take("first"), take("left", leaving.signal), take("second")];
  leaving.abort();
  end();
  const outcomes = await Promise.allSettled(waiting);
  expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
  expect(order).toEqual(["first", "second"]);
});

test("ending a turn twice does not give two turns at once", async () => {
  const queue = new TurnQueue();
  const end = await queue.take();
  const [second, third] = [queue.take(), queue.take()];
  end();
  end();
  const endSecond = await second;
  expect(await Promise.race([third.then(() => "taken"), Promise.resolve("waiting")])).toBe("waiting");
  endSecond();
  (await third)();
});

test("refuses who comes when the queue is full, as Ollama does", async () => {
  const queue = new TurnQueue();
  await queue.take();
  for (let waiting = 0; waiting < 512; waiting++) void queue.take();
  await expect(queue.take()).rejects.toMatchObject({ status: 503 });
});
