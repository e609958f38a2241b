import type { MachineSpec } from "./machine.ts";

const workstation: MachineSpec = {
  name: "workstation",
  bandwidth: 320e9,
  prefillFactor: 30,
  diskBytesPerS: 2e9,
  maxLoaded: 2,
  slots: 1,
  roundTripMs: 2,
  local: false,
};

/** A workstation, a gaming machine, a laptop with a small GPU, and an old box. */
export const unequalFleet: MachineSpec[] = [
  workstation,
  { ...workstation, name: "gaming", bandwidth: 160e9, diskBytesPerS: 1.5e9, maxLoaded: 1 },
  { ...workstation, name: "laptop", bandwidth: 90e9, diskBytesPerS: 1e9, maxLoaded: 1, local: true },
  { ...workstation, name: "old-box", bandwidth: 55e9, diskBytesPerS: 0.5e9, prefillFactor: 8, maxLoaded: 1 },
];

export const equalFleet: MachineSpec[] = ["a", "b", "c", "d"].map((name) => ({
  ...workstation,
  name,
  bandwidth: 160e9,
}));

/** Requests a second. */
export const loads: Record<string, number> = { light: 0.25, middle: 0.375, heavy: 0.5 };
