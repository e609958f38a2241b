import { expect, test } from "vitest";
import { emptyTerms } from "../decision/cost.ts";
import { firstByteMs, silenceMs } from "./patience.ts";

const warm = { ...emptyTerms(), prompt: 1, wait: 2 };
const cold = { ...warm, load: 5 };

test.each([
  ["10 s and three times what is expected", warm, 600_000, true, 19_000],
  ["more for a model that must be loaded", cold, 600_000, true, 34_000],
  ["half of the time left while another remains", warm, 20_000, true, 10_000],
  ["three times as long for the last one that is loaded", warm, 600_000, false, 57_000],
  ["all the time for the last one that is being loaded", cold, 600_000, false, Number.POSITIVE_INFINITY],
  ["the call's own deadline when that comes first", warm, 5_000, false, Number.POSITIVE_INFINITY],
])("gives %s", (_what, terms, leftMs, anotherRemains, expected) => {
  expect(firstByteMs(terms, leftMs, anotherRemains)).toBe(expected);
});

const silence = { leftMs: 600_000, writtenMs: 2_000, longestGapMs: 500, holdsBack: false };

test.each([
  ["10 s and three times what may be read between two tokens", {}, 19_000],
  ["the time of a whole answer more where that may be held back", { holdsBack: true }, 49_000],
  ["half of the time that was left", { leftMs: 8_000 }, 4_000],
  ["three times the longest gap", { leftMs: 8_000, longestGapMs: 2_000 }, 6_000],
  ["ever when it could not be written again", { leftMs: 8_000, writtenMs: 9_000 }, Number.POSITIVE_INFINITY],
])("lets an answer fall silent for %s", (_what, more, expected) => {
  expect(silenceMs({ ...cold, answer: 10 }, { ...silence, ...more })).toBe(expected);
});
