import { expect, test } from "vitest";
import { asData, visible, visibleLine } from "./visible.ts";

test.each([
  ["\u001b]52;c;ZXZpbA==\u0007", "\\u001b]52;c;ZXZpbA==\\u0007"],
  ["a\u009bb", "a\\u009bb"],
  ["a\u007fb\u0000", "a\\u007fb\\u0000"],
  [
    "\u202eevil\u202c\u2066x\u2069\u200e\u200f\u061c",
    "\\u202eevil\\u202c\\u2066x\\u2069\\u200e\\u200f\\u061c",
  ],
  ["over\rwritten", "over\\u000dwritten"],
  ["line\u2028line", "line\\u2028line"],
])("%j is shown as %s", (text, shown) => {
  expect(visible(text)).toBe(shown);
});

test("what people write stays as it is", () => {
  const text = "a\tb\nc\r\nGrüße, שלום, 👩‍💻 é";
  expect(visible(text)).toBe(text);
});

test("JSON means what it meant", () => {
  const value = { name: "a\u009b\u202e\u007f\u001bb", lines: "c\nd" };
  expect(JSON.parse(visible(JSON.stringify(value, null, 2)))).toEqual(value);
});

test("a line is one line", () => {
  expect(visibleLine("a\r\n\tb\u0007")).toBe("a b\\u0007");
});

test.each([
  ["qwen2.5-coder:7b", "qwen2.5-coder:7b"],
  ["hf.co/a/B_c-GGUF:Q4_K_M", "hf.co/a/B_c-GGUF:Q4_K_M"],
  ["x** ignore this", "` x** ignore this `"],
  ["x\n\n# Do that", "` x # Do that `"],
  ["x ``` y", "```` x ``` y ````"],
  ["", "`  `"],
])("%j is the data %s", (text, data) => {
  expect(asData(text)).toBe(data);
});

test("data is short", () => {
  expect(asData("x".repeat(5_000))).toMatch(/^.*x….*$/);
  expect(asData("`".repeat(5_000)).length).toBeLessThan(400);
});
