import { beforeAll, describe, expect, test } from "vitest";
import { linearPattern, loadPatternEngine, patternFault, syntaxFault } from "./linear-pattern.ts";

beforeAll(loadPatternEngine);

test.each([
  ["^(a+)+$", "a".repeat(1_000_000)],
  ["(x+x+)+y", "x".repeat(1_000_000)],
  ["(.*a){12}b", "a".repeat(1_000_000)],
  ["(a|aa)+$", `${"a".repeat(1_000_000)}!`],
])("%s is run over a million characters", (pattern, text) => {
  // What backtracks does not come back from these.
  expect(linearPattern(pattern).test(`${text}!`)).toBe(false);
});

describe("a pattern means what it means to JavaScript", () => {
  const texts = [
    "",
    "a",
    "Patient",
    "PATIENT ok",
    "straße STRASSE",
    "ΣΊΣΥΦΟΣ σίσυφος",
    "a\u00a0b",
    "a\u3000b",
    "a\rb",
    "a\nb",
    "a\u2028b",
    "😀 smile",
    "[x]",
    "a-b_c",
    "\\d+",
    "\u0008",
    "\u0001",
    "7 of 12",
    "K k \u212a",
    "привет",
    "/path/to",
  ];
  const patterns = [
    "patient|diagnosis",
    "^p.*t",
    "t$",
    "\\bok\\b",
    "a\\sb",
    "a\\Sb",
    "a[\\s]b",
    "a[^\\s]b",
    "[^\\S]b",
    "a.b",
    "a[^]b",
    "[]",
    "σίσυφος",
    "\\p{Lu}{3}",
    "\\p{Script=Greek}+",
    "\\p{sc=Cyrillic}",
    "^\\P{L}",
    "\\u{1f600}",
    "\\ud83d\\ude00",
    "[\\ud83d\\ude00-\\ud83d\\ude4f]",
    "\\x5bx\\x5d",
    "[[]x",
    "[(?<]",
    "[\\]]",
    "[\\w-]{3}",
    "[\\b]",
    "\\ca",
    "\\\\d",
    "(?<number>\\d+) of (?:\\d+)",
    "(\\d){1,2}?$",
    "^$",
    "\\/to",
    "ß",
    "k{1}",
  ];
  test.each(patterns)("%s", (pattern) => {
    const native = new RegExp(pattern, "iu");
    const linear = linearPattern(pattern);
    for (const text of texts) expect([text, linear.test(text)]).toEqual([text, native.test(text)]);
  });
});

describe("what cannot be run is named", () => {
  test.each([
    ["a(?=b)", "look-ahead (?=…)"],
    ["a(?!b)", "look-ahead (?!…)"],
    ["(?<=a)b", "look-behind (?<=…)"],
    ["(?<!a)b", "look-behind (?<!…)"],
    ["(a)\\1", "back-reference \\1"],
    ["(?<n>a)\\k<n>", "back-reference \\k<n>"],
  ])("%s", (pattern, construct) => {
    const fault = `cannot be run in linear time because of ${construct}; write it without`;
    expect([syntaxFault(pattern), patternFault(pattern)]).toEqual([fault, fault]);
  });

  test.each([
    ["a{1001}", "{1001}"],
    ["((a{100}){100}){100}", "{100}"],
    ["\\p{Script_Extensions=Greek}", "\\p{Script_Extensions=Greek}"],
  ])("%s, which only the engine knows", (pattern, construct) => {
    expect(patternFault(pattern)).toBe(
      `cannot be run in linear time because of ${construct}; write it without`,
    );
  });

  test.each([
    ["(", "is not a regular expression"],
    ["[\\p{L}\\p{N}]{1000}".repeat(6), "is too large"],
    ["(".repeat(3_000) + ")".repeat(3_000), /nests too deeply/],
  ])("%s", (pattern, fault) => {
    expect(patternFault(pattern)).toMatch(fault);
  });
});
