import { describe, expect, it } from "vitest";
import { Breaker } from "./breaker.ts";

const MIDDLE = 0.5;

/** A breaker that opened at 0 for exactly 10 s. */
function opened(): Breaker {
  return new Breaker(3).failed(0, 0, MIDDLE, true);
}

describe("opening", () => {
  it("opens at the third failure in a row, and a success in between starts the count again", () => {
    let breaker = new Breaker(3);
    for (let call = 0; call < 8; call++) breaker = breaker.succeeded(call, call);
    breaker = breaker.failed(10, 11, MIDDLE);
    breaker = breaker.failed(12, 13, MIDDLE);
    breaker = breaker.succeeded(14, 15);
    breaker = breaker.failed(16, 17, MIDDLE);
    breaker = breaker.failed(18, 19, MIDDLE);
    expect(breaker.state(20)).toBe("closed");
    breaker = breaker.failed(20, 21, MIDDLE);
    expect(breaker.state(22)).toBe("open");
  });

  it("opens when half of at least five calls within a minute failed", () => {
    let breaker = new Breaker(3);
    for (const [at, failed] of [
      [1, true],
      [2, false],
      [3, true],
      [4, false],
    ] as const)
      breaker = failed ? breaker.failed(at, at, MIDDLE) : breaker.succeeded(at, at);
    expect(breaker.state(4)).toBe("closed");
    breaker = breaker.failed(5, 5, MIDDLE);
    expect(breaker.state(6)).toBe("open");
  });

  it("forgets failures older than a minute", () => {
    let breaker = new Breaker(3);
    for (const at of [0, 1_000]) breaker = breaker.failed(at, at, MIDDLE);
    breaker = breaker.succeeded(2_000, 2_000);
    for (const at of [70_000, 71_000, 72_000]) breaker = breaker.succeeded(at, at);
    breaker = breaker.failed(73_000, 73_000, MIDDLE);
    breaker = breaker.failed(74_000, 74_000, MIDDLE);
    expect(breaker.state(74_000)).toBe("closed");
  });

  it("opens at once where nothing listens", () => {
    expect(opened().state(1)).toBe("open");
  });
});

describe("recovering", () => {
  it("is open for 10 s with a jitter of 20 %, doubling to 5 min", () => {
    for (const [random, openMs] of [
      [0, 8_000],
      [MIDDLE, 10_000],
      [0.999999, 12_000],
    ] as const) {
      let breaker = new Breaker(3);
      breaker = breaker.failed(0, 0, random, true);
      expect(breaker.state(openMs - 10)).toBe("open");
      expect(breaker.state(openMs + 10)).toBe("half-open");
    }
    let breaker = new Breaker(3);
    let nowMs = 0;
    const lengths: number[] = [];
    for (let round = 0; round < 7; round++) {
      breaker = breaker.failed(nowMs, nowMs, MIDDLE, true);
      const from = nowMs;
      while (breaker.state(nowMs) === "open") nowMs += 1_000;
      lengths.push((nowMs - from) / 1_000);
    }
    expect(lengths).toEqual([10, 20, 40, 80, 160, 300, 300]);
  });

  it("lets one probe through, then a quarter of the calls, growing to all within 30 s", () => {
    let breaker = opened();
    expect(breaker.admits(9_999, 0)).toBe(false);
    expect(breaker.admits(10_000, 0.99)).toBe(true);
    breaker = breaker.started(10_000);
    expect(breaker.admits(10_001, 0)).toBe(false);
    breaker = breaker.succeeded(10_000, 10_500);
    expect(breaker.state(10_500)).toBe("closed");
    const admitted = (atMs: number) => [0.2, 0.3, 0.6, 0.99].filter((random) => breaker.admits(atMs, random));
    expect(admitted(10_500)).toEqual([0.2]);
    expect(admitted(10_500 + 15_000)).toEqual([0.2, 0.3, 0.6]);
    expect(admitted(10_500 + 30_000)).toHaveLength(4);
  });

  it("starts afresh once it has held for the whole recovery", () => {
    let breaker = opened();
    breaker = breaker.succeeded(10_000, 10_500);
    breaker = breaker.failed(50_000, 50_000, MIDDLE, true);
    expect(breaker.state(60_001)).toBe("half-open");
  });

  it("probes again when the probe ended without telling anything", () => {
    let breaker = opened();
    breaker = breaker.started(10_000);
    breaker = breaker.abandoned(10_000);
    expect(breaker.admits(10_001, 0)).toBe(true);
  });
});

describe("the half-open race", () => {
  it("a late failure does not reopen what a newer probe has closed", () => {
    let breaker = opened();
    breaker = breaker.started(10_000);
    breaker = breaker.started(45_000);
    breaker = breaker.succeeded(45_000, 45_100);
    breaker = breaker.failed(10_000, 46_000, MIDDLE, true);
    expect(breaker.state(46_000)).toBe("closed");
  });

  it("a late success does not close what a newer probe has reopened", () => {
    let breaker = opened();
    breaker = breaker.started(10_000);
    breaker = breaker.started(45_000);
    breaker = breaker.failed(45_000, 45_100, MIDDLE);
    breaker = breaker.succeeded(10_000, 46_000);
    expect(breaker.state(46_000)).toBe("open");
  });

  it("calls that were under way when it opened do not open it longer", () => {
    let breaker = opened();
    for (const startedMs of [-5, -4, -3]) breaker = breaker.failed(startedMs, 11_000, MIDDLE);
    expect(breaker.state(11_000)).toBe("half-open");
  });
});
