import { describe, expect, it } from "vitest";
import { loads, unequalFleet } from "./simulation/fleets.ts";
import { pickers } from "./simulation/pickers.ts";
import { percentile, simulate } from "./simulation/simulate.ts";

const REQUESTS = 3_000;

function p95(picker: string, arrivalsPerS: number): number {
  const create = pickers[picker];
  if (create === undefined) throw new Error(`no picker is called ${picker}`);
  const scenario = { machines: unequalFleet, arrivalsPerS, requests: REQUESTS };
  return percentile(
    [1, 2, 3].flatMap((seed) => simulate({ ...scenario, seed }, create())),
    0.95,
  );
}

describe("a simulated fleet of four unequal machines", () => {
  it.each(Object.entries(loads))("makes callers wait less than its rivals do at %s load", (_load, rate) => {
    const ours = p95("ours", rate);
    expect(ours).toBeLessThan(p95("loaded-first", rate) * 0.75);
    expect(ours).toBeLessThan(p95("least-connections", rate) * 0.5);
  });

  it("gives the same figures for the same seed", () => {
    expect(p95("ours", 0.3)).toBe(p95("ours", 0.3));
  });
});
