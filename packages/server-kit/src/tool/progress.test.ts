import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createProgressReporter, type ProgressNotification } from "./progress.ts";

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function record() {
  const sent: ProgressNotification[] = [];
  const { reporter, stop } = createProgressReporter(async (notification) => void sent.push(notification));
  return { sent, reporter, stop };
}

test("a silent call is told within the first second and every five from then on, always more", () => {
  const { sent, stop } = record();
  vi.advanceTimersByTime(1_000);
  expect(sent).toHaveLength(1);
  vi.advanceTimersByTime(600_000);
  expect(sent.length).toBeGreaterThanOrEqual(600 / 5);
  expect(sent.every(({ progress }, index) => progress > (sent[index - 1]?.progress ?? 0))).toBe(true);
  stop();
  const told = sent.length;
  vi.advanceTimersByTime(10_000);
  expect(sent).toHaveLength(told);
});

test("a thousand tokens in a second are not a thousand notifications, and the last one is told", () => {
  const { sent, reporter, stop } = record();
  for (let tokens = 1; tokens <= 1000; tokens++) {
    reporter.update(`generating, ${tokens} tokens`);
    vi.advanceTimersByTime(1);
  }
  vi.advanceTimersByTime(500);
  expect(sent.length).toBeLessThan(10);
  expect(sent.at(-1)?.message).toBe("generating, 1000 tokens");
  stop();
});

test("bytes are told as they are, with their total", () => {
  const { sent, reporter, stop } = record();
  reporter.update("pulling", { progress: 5_000, total: 9_000 });
  expect(sent).toEqual([{ message: "pulling", progress: 5_000, total: 9_000 }]);
  stop();
});

test("a caller that reads nothing is sent little, and the newest once it reads again", async () => {
  const read: (() => void)[] = [];
  const sent: ProgressNotification[] = [];
  const { reporter, stop } = createProgressReporter((notification) => {
    sent.push(notification);
    return new Promise((resolve) => read.push(resolve));
  });
  for (let tokens = 1; tokens <= 10_000; tokens++) {
    reporter.update(`generating, ${tokens} tokens`);
    vi.advanceTimersByTime(1_000);
  }
  expect(sent.length).toBeLessThan(1_000);
  const unread = sent.length;
  for (const resolve of read.splice(0)) resolve();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(sent.length).toBeGreaterThan(unread);
  expect(sent.at(-1)?.message).toBe("generating, 10000 tokens");
  stop();
});
