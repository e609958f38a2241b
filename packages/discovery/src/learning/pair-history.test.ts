import { expect, it } from "vitest";
import { MeasuredHistory } from "./pair-history.ts";

const MINUTE = 60_000;
const measured = (atMs: number, tokensPerSecond: number) => ({
  atMs,
  answerTokens: tokensPerSecond,
  generateMs: 1_000,
});

it("knows nothing before the first sample", () => {
  expect(new MeasuredHistory().estimate(0)).toEqual({});
  expect(new MeasuredHistory().failureRate(0)).toBeUndefined();
});

it("believes the newest sample most, and only the last twenty", () => {
  let history = new MeasuredHistory();
  for (let atMs = 0; atMs < 40; atMs++) history = history.add(measured(atMs, atMs < 20 ? 1 : 40));
  expect(history.estimate(40).decodeTps).toBeCloseTo(40);
  history = history.add(measured(41, 10));
  const { decodeTps } = history.estimate(41);
  expect(decodeTps).toBeGreaterThan(10);
  expect(decodeTps).toBeLessThan(25);
});

it("fades by half every ten minutes, until it knows nothing again", () => {
  let history = new MeasuredHistory();
  history = history.add(measured(0, 30));
  expect(history.estimate(0).confidence).toBe(1);
  expect(history.estimate(10 * MINUTE)).toMatchObject({ decodeTps: 30, confidence: 0.5 });
  expect(history.estimate(60 * MINUTE)).toEqual({});
});

it.each([
  ["0 tokens", { answerTokens: 0, generateMs: 100 }],
  ["0 ms", { answerTokens: 10, generateMs: 0 }],
  ["NaN", { answerTokens: Number.NaN, generateMs: 100, promptTokens: 3, promptMs: Number.NaN }],
  ["infinity", { answerTokens: Number.POSITIVE_INFINITY, generateMs: 100, loadMs: Number.POSITIVE_INFINITY }],
  ["negative numbers", { promptTokens: -1, promptMs: 10, loadMs: -5 }],
  ["the load of a model that was in memory", { loadMs: 80 }],
])("takes no speed from %s", (_what, values) => {
  let history = new MeasuredHistory();
  history = history.add({ atMs: 0, ...values });
  expect(history.estimate(0)).toEqual({});
});

it("keeps speeds and failure rate over a restart with another clock, and adds what another bridge kept", () => {
  let before = new MeasuredHistory();
  before = before.add({ ...measured(1_000, 30), loadMs: 2_000, promptTokens: 500, promptMs: 1_000 });
  before = before.attempted(true, 1_000);
  const onDisk = JSON.parse(JSON.stringify(before.stored(1_000, 9_000_000)));
  let after = new MeasuredHistory();
  after = after.add(measured(50, 30));
  after = after.restored(onDisk, 50, 9_000_000 + 10 * MINUTE);
  after = after.restored(onDisk, 50, 9_000_000 + 10 * MINUTE);
  expect(after.estimate(50)).toEqual({ loadS: 2, prefillTps: 500, decodeTps: 30, confidence: 1 });
  expect(after.failureRate(50)).toBeCloseTo(0.1);
  expect(after.stored(50, 0).samples).toHaveLength(2);
});

it("takes a time from the future, as after a step of the clock, as now", () => {
  let history = new MeasuredHistory();
  history = history.restored({ samples: [{ at: 9_999_999, decodeS: 0.1 }] }, 5, 1_000);
  expect(history.estimate(5)).toMatchObject({ decodeTps: 10, confidence: 1 });
});

it("has a failure rate between 0 and 0.9", () => {
  let history = new MeasuredHistory();
  for (let atMs = 0; atMs < 100; atMs++) history = history.attempted(true, atMs);
  expect(history.failureRate(100)).toBeCloseTo(0.9);
  for (let atMs = 100; atMs < 130; atMs++) history = history.attempted(false, atMs);
  expect(history.failureRate(130)).toBeLessThan(0.01);
});
