import { expect, test } from "vitest";
import { keepAliveMs } from "./keep-alive.ts";

test.each([
  ["1h30m", 5_400_000],
  ["1.5s", 1_500],
  [".5s", 500],
  ["5.s", 5_000],
  ["-1m", Number.POSITIVE_INFINITY],
  ["0", 0],
])("%s", (text, ms) => {
  expect(keepAliveMs(text)).toBe(ms);
});

test.each([
  ["00".concat("s000".repeat(50_000), "0"), "invalid duration"],
  ["0".repeat(200_000), "missing unit in duration"],
  [`${"0".repeat(200_000)}x`, "invalid duration"],
])("a long text that is no duration is refused at once", (text, message) => {
  expect(() => keepAliveMs(text)).toThrow(message);
});
