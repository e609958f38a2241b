import { expect, test } from "vitest";
import { emptyTerms } from "../decision/cost.ts";
import { firstByteMs, silenceMs } from "./patience.ts";

const warm = { ...emptyTerms(), prompt: 1, wait: 2 };
const cold = { ...warm, load: 5 };

test.each([
  ["10 s and three times what is expected", warm, 600_000, true, 19_000],
  ["more for a model that must be loaded", cold, 600_000, true, 34_000],
  ["half of the time left while another remains", warm, 20_000, true, 10_000],
  ["patience for the last one that is loaded", warm, 600_000, false, 19_000],
  ["all the time for the last one that is being loaded", cold, 600_000, false, Number.POSITIVE_INFINITY],
  ["the call's own deadline when that comes first", warm, 5_000, false, Number.POSITIVE_INFINITY],
])("gives %s", (_what, terms, leftMs, anotherRemains, expected) => {
  expect(firstByteMs(terms, leftMs, anotherRemains)).toBe(expected);
});

test.each([
  ["10 s and three times what may be read between two tokens", 600_000, false, 19_000],
  ["half of the time that was left", 8_000, false, 4_000],
  ["the time of a whole answer where that may be held back", 8_000, true, 49_000],
])("lets an answer fall silent for %s", (_what, leftMs, holdsBack, expected) => {
  expect(silenceMs({ ...cold, answer: 10 }, { leftMs, holdsBack })).toBe(expected);
});
