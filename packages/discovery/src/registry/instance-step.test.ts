import { OllamaClient } from "@ollama-bridge/core-client";
import { describe, expect, it } from "vitest";
import type { AttemptObservation } from "./fleet-state.ts";
import { newInstance, pairOf } from "./instance.ts";
import type { InstanceEvent } from "./instance-event.ts";
import { specOfSettings } from "./instance-spec.ts";
import { statusAt } from "./instance-status.ts";
import { stepInstance } from "./instance-step.ts";

const spec = specOfSettings({ name: "gpu", url: "http://gpu.example:11434" });
const unseen = newInstance({ id: "1", name: "gpu", spec, client: new OllamaClient(spec) });

/** An instance on a virtual clock; nothing is ever connected. */
function setUp() {
  const time = { nowMs: 1_000 };
  let instance = unseen;
  const apply = (event: InstanceEvent) => {
    instance = stepInstance(instance, event);
  };
  apply({ type: "probed", atMs: time.nowMs });
  const meet = (outcome: AttemptObservation["outcome"], more: Partial<AttemptObservation> = {}) => {
    const attempt = { model: "m:latest", outcome, startedMs: time.nowMs, ...more };
    apply({ type: "attempt-observed", atMs: time.nowMs, jitter: 0.5, attempt });
  };
  const status = () => statusAt(instance, time.nowMs, 0);
  return { time, apply, meet, status, known: () => instance };
}

describe("observations", () => {
  it.each(["busy", "rejected", "cancelled"] as const)("never open a breaker for %s", (outcome) => {
    const { known, meet, time } = setUp();
    for (let attempt = 0; attempt < 20; attempt++) meet(outcome);
    expect(known().breaker.state(time.nowMs)).toBe("closed");
    expect(pairOf(known(), "m:latest").breaker.state(time.nowMs)).toBe("closed");
    expect(known().failures.at(time.nowMs) ?? 0).toBe(0);
  });

  it("open the instance at once when it was refused, and not the model", () => {
    const { status, known, meet, time } = setUp();
    meet("refused");
    expect(known().breaker.state(time.nowMs)).toBe("open");
    expect(pairOf(known(), "m:latest").breaker.state(time.nowMs)).toBe("closed");
    expect(status()).toBe("degraded");
  });

  it("open the model after two failures and the instance after three", () => {
    const { known, meet, time } = setUp();
    meet("server-error");
    meet("unreachable");
    expect(pairOf(known(), "m:latest").breaker.state(time.nowMs)).toBe("open");
    expect(known().breaker.state(time.nowMs)).toBe("closed");
    meet("server-error", { model: "other:latest" });
    expect(known().breaker.state(time.nowMs)).toBe("open");
  });

  it("keep an instance busy for as long as Retry-After says", () => {
    const { status, meet, time } = setUp();
    meet("busy", { retryAfterMs: 5_000 });
    meet("busy", { retryAfterMs: Number.NaN });
    expect(status()).toBe("busy");
    time.nowMs += 5_001;
    expect(status()).toBe("healthy");
  });

  it("teach speeds", () => {
    const { known, meet, time } = setUp();
    meet("answered", {
      loadMs: 3_000,
      promptTokens: 100,
      promptMs: 500,
      answerTokens: 60,
      generateMs: 2_000,
    });
    const estimate = pairOf(known(), "m:latest").history.estimate(time.nowMs);
    expect(estimate).toMatchObject({ loadS: 3, prefillTps: 200, decodeTps: 30 });
  });

  it("let one probe go in the half-open state, and free it when it tells nothing", () => {
    const { known, apply, meet, time } = setUp();
    meet("refused");
    time.nowMs += 10_001;
    const startedMs = time.nowMs;
    apply({ type: "attempt-started", atMs: startedMs, model: "m:latest" });
    expect(known().breaker.admits(time.nowMs, 0)).toBe(false);
    meet("cancelled", { startedMs });
    apply({ type: "attempt-ended", startedMs, model: "m:latest" });
    expect(known().breaker.admits(time.nowMs, 0)).toBe(true);
  });
});
