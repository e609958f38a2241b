import { expect, test } from "vitest";
import { Repetition } from "./repetition.ts";

/** After how many tokens the answer is stopped; undefined when it is not. */
function stopsAfter(tokens: Iterable<string>): number | undefined {
  const repetition = new Repetition();
  let count = 0;
  for (const token of tokens) {
    count++;
    if (repetition.add(token)) return count;
  }
  return undefined;
}

function* repeated(unit: readonly string[], count: number): Generator<string> {
  for (let index = 0; index < count; index++) yield unit[index % unit.length] ?? "";
}

const words = (count: number) => Array.from({ length: count }, (_, index) => ` word${index}`);

test.each([
  ["a line break", ["\n"]],
  ["a word", [" yes"]],
  ["a sentence", words(10)],
  ["a unit that fits 20 times", words(50).map((word) => word.padEnd(8, "."))],
])("%s again and again is stopped once 1,000 tokens are nothing else", (_, unit) => {
  expect(stopsAfter(repeated(unit, 5_000))).toBeLessThanOrEqual(1_100);
  expect(stopsAfter([...words(1_234), ...repeated(unit, 5_000)])).toBeLessThanOrEqual(2_334);
  expect(stopsAfter(repeated(unit, 999))).toBeUndefined();
});

test.each([
  [
    "a unit that fits 19 times",
    [
      ...repeated(
        words(53).map((word) => word.padEnd(8, ".")),
        5_000,
      ),
    ],
  ],
  ["a list that counts", Array.from({ length: 5_000 }, (_, index) => (index % 2 ? ` ${index}` : " item"))],
  ["a table with one other cell", [...repeated(["| ", "0 "], 900), "| 1 ", ...repeated(["| ", "0 "], 900)]],
])("%s goes on", (_, tokens) => {
  expect(stopsAfter(tokens.slice(0, 1_800))).toBeUndefined();
});
