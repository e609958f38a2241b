import { OllamaClient } from "@ollama-bridge/core-client";
import { describe, expect, it } from "vitest";
import type { AttemptObservation, Reservation } from "./fleet-state.ts";
import { Instance } from "./instance.ts";
import { specOfSettings } from "./instance-spec.ts";
import { observe, reserve } from "./work-ledger.ts";

/** An instance on a virtual clock; nothing is ever connected. */
function setUp() {
  const time = { nowMs: 1_000 };
  const clock = { now: () => time.nowMs, wall: () => 0 };
  const spec = specOfSettings({ name: "gpu", url: "http://gpu.example:11434" });
  const instance = new Instance({ spec, name: "gpu", client: new OllamaClient(spec), clock });
  instance.seen();
  const ledger = { now: clock.now, random: () => 0.5 };
  const meet = (outcome: AttemptObservation["outcome"], more: Partial<AttemptObservation> = {}) =>
    observe(instance, { instance, model: "m:latest", outcome, startedMs: time.nowMs, ...more }, ledger);
  return { time, instance, ledger, meet };
}

/** A small generator of numbers in [0, 1): the same run every time. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    return state / 2 ** 32;
  };
}

describe("reservations", () => {
  it("are never negative and end at zero, whatever the order and however often they are released", () => {
    for (let seed = 1; seed <= 50; seed++) {
      const { instance, ledger, time } = setUp();
      const random = seeded(seed);
      const open: Reservation[] = [];
      const all: Reservation[] = [];
      for (let step = 0; step < 200; step++) {
        time.nowMs += Math.floor(random() * 100);
        if (random() < 0.5) {
          const made = reserve(instance, `m${Math.floor(random() * 3)}`, random() * 1_000, ledger);
          open.push(made);
          all.push(made);
        } else {
          open.splice(Math.floor(random() * open.length), 1)[0]?.release();
          all[Math.floor(random() * all.length)]?.release();
        }
        const live = all.filter((each) => instance.reservations.has(each));
        const byModel = [...instance.pairs.values()].reduce((sum, pair) => sum + pair.reservations.size, 0);
        expect(byModel).toBe(instance.reservations.size);
        expect(live).toHaveLength(instance.reservations.size);
      }
      for (const each of [...all, ...all]) each.release();
      expect(instance.reservations.size).toBe(0);
      expect([...instance.pairs.values()].every((pair) => pair.reservations.size === 0)).toBe(true);
    }
  });

  it("take no expectation that is not a time", () => {
    const { instance, ledger } = setUp();
    for (const expected of [Number.NaN, -1, Number.POSITIVE_INFINITY])
      expect(reserve(instance, "m", expected, ledger).expectedMs).toBe(0);
  });

  it("make an instance busy when its slots are taken", () => {
    const { instance, ledger } = setUp();
    expect(instance.status).toBe("healthy");
    const reservation = reserve(instance, "m", 10, ledger);
    expect(instance.status).toBe("busy");
    reservation.release();
    expect(instance.status).toBe("healthy");
  });
});

describe("observations", () => {
  it.each(["busy", "rejected", "cancelled"] as const)("never open a breaker for %s", (outcome) => {
    const { instance, meet, time } = setUp();
    for (let attempt = 0; attempt < 20; attempt++) meet(outcome);
    expect(instance.breaker.state(time.nowMs)).toBe("closed");
    expect(instance.pair("m:latest").breaker.state(time.nowMs)).toBe("closed");
    expect(instance.failureRate).toBe(0);
  });

  it("open the instance at once when it was refused, and not the model", () => {
    const { instance, meet, time } = setUp();
    meet("refused");
    expect(instance.breaker.state(time.nowMs)).toBe("open");
    expect(instance.pair("m:latest").breaker.state(time.nowMs)).toBe("closed");
    expect(instance.status).toBe("degraded");
  });

  it("open the model after two failures and the instance after three", () => {
    const { instance, meet, time } = setUp();
    meet("server-error");
    meet("unreachable");
    expect(instance.pair("m:latest").breaker.state(time.nowMs)).toBe("open");
    expect(instance.breaker.state(time.nowMs)).toBe("closed");
    meet("server-error", { model: "other:latest" });
    expect(instance.breaker.state(time.nowMs)).toBe("open");
  });

  it("keep an instance busy for as long as Retry-After says", () => {
    const { instance, meet, time } = setUp();
    meet("busy", { retryAfterMs: 5_000 });
    meet("busy", { retryAfterMs: Number.NaN });
    expect(instance.status).toBe("busy");
    time.nowMs += 5_001;
    expect(instance.status).toBe("healthy");
  });

  it("teach speeds", () => {
    const { instance, meet, time } = setUp();
    meet("answered", {
      loadMs: 3_000,
      promptTokens: 100,
      promptMs: 500,
      answerTokens: 60,
      generateMs: 2_000,
    });
    const estimate = instance.pair("m:latest").history.estimate(time.nowMs);
    expect(estimate).toMatchObject({ loadS: 3, prefillTps: 200, decodeTps: 30 });
  });

  it("let one probe go in the half-open state, and free it when it tells nothing", () => {
    const { instance, meet, time, ledger } = setUp();
    meet("refused");
    time.nowMs += 10_001;
    const probe = reserve(instance, "m:latest", 100, ledger);
    expect(instance.breaker.admits(time.nowMs, 0)).toBe(false);
    meet("cancelled", { startedMs: probe.startedMs });
    probe.release();
    expect(instance.breaker.admits(time.nowMs, 0)).toBe(true);
  });
});
