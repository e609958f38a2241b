import { expect, test } from "vitest";
import { checkNames } from "./check-names.ts";
import { checkQuality, type EnhancementRules, type QualityRequest } from "./check-quality.ts";
import { endsSentence } from "./sentence-end.ts";

const off: EnhancementRules = {
  complete_sentences: false,
  fix_code_blocks: false,
  validate_syntax: false,
  expand_response: false,
  truncate_response: false,
};

function check(text: string, rules: Partial<EnhancementRules> = {}, asked: Partial<QualityRequest> = {}) {
  const request: QualityRequest = {
    text,
    stopReason: "end_turn",
    outputTokens: undefined,
    expectedDetail: "normal",
    maxTokens: 4096,
    ...asked,
  };
  return checkQuality(request, checkNames, { ...off, ...rules });
}

test("the chosen checks are made, in their own order", async () => {
  const request = (await check("Yes.")).results;
  expect(request.map(({ check: name }) => name)).toEqual(checkNames);
  const chosen = await checkQuality(
    { text: "Yes.", stopReason: "end_turn", outputTokens: 1, expectedDetail: "normal", maxTokens: 10 },
    ["response_length", "formatting"],
    off,
  );
  expect(chosen.results).toEqual([
    { check: "formatting", passed: true, repaired: false },
    { check: "response_length", passed: true, repaired: false },
  ]);
});

test("without a repair the answer is the model's, to the byte", async () => {
  const odd = "It \ud800 is\0 so\tfar \r\n\r\n\r  \u2028 ```js\r\nlet = ;\n\n\n\ufeff";
  for (const text of [odd, "", " ", "Cut in the", "~~~py\nx\r\n~~~ \t\n"]) {
    expect((await check(text)).text).toBe(text);
    expect((await check(text, { validate_syntax: true })).text).toBe(text);
  }
});

test("a repair is listed beside what the model's own text failed", async () => {
  const { text, results } = await check("Look at the code:\n\n```js\nf(", {
    fix_code_blocks: true,
    validate_syntax: true,
  });
  expect(text).toBe("Look at the code:\n\n```js\nf(\n```");
  expect(results).toEqual([
    { check: "completeness", passed: false, detail: expect.stringContaining("code block"), repaired: false },
    { check: "formatting", passed: false, detail: "Not closed: the code fence of line 3", repaired: true },
    {
      check: "code_validity",
      passed: false,
      detail: expect.stringContaining("javascript, line 4"),
      repaired: false,
    },
    { check: "language_quality", passed: true, repaired: false },
    { check: "response_length", passed: true, repaired: false },
  ]);
});

test("repairs are made together", async () => {
  const rules = { complete_sentences: true, fix_code_blocks: true, expand_response: true };
  expect((await check("Not so the\n", rules)).text).toBe(
    "Not so the.\n\n\n(Note: Response was brief as requested.)",
  );
  expect((await check("- ```\n  a\n\nThis one is all that there is", rules)).text).toBe(
    "- ```\n  a\n  ```\n\nThis one is all that there is.",
  );
});

test("a cut answer says so", async () => {
  const text = "The first paragraph.\n\nThe second paragraph is longer than that.";
  const { text: cut, truncated, results } = await check(text, { truncate_response: true }, { maxTokens: 8 });
  expect(cut).toBe("The first paragraph.");
  expect(truncated).toBe(true);
  expect(results.at(-1)).toMatchObject({ check: "response_length", passed: false, repaired: true });
  expect(await check(text, {}, { maxTokens: 8 })).toMatchObject({ text, truncated: false });
});

// Within the time of a test one step per character and even a hundred are nothing, one per pair of them are too many.
test.each([
  "word ",
  ">",
  "1. ",
  "> 1. ",
  "[a](",
  "**a ",
  "`a",
  "(",
  "\n",
  " ",
  "a\r",
  "我",
  "- item\n",
  "```\n",
  "a. ",
  "\ufffd",
])("an answer as long as %j × 500,000 is looked at", async (piece) => {
  const rules = {
    complete_sentences: true,
    fix_code_blocks: true,
    expand_response: true,
    truncate_response: true,
  };
  const { results } = await check(piece.repeat(524_288 / piece.length), rules);
  expect(results.map(({ passed }) => passed)).toContain(false);
});

test.each([
  ["lines of nothing", `x\n${"\u00a0\n".repeat(200_000)}x`],
  ["brackets", `${`${")".repeat(990)}x\n`.repeat(24_000)}A sentence that has no end yet`],
])("an answer of many %s is looked at in one pass", async (_, text) => {
  const { results } = await check(text);
  expect(results.map(({ check: name }) => name)).toEqual(checkNames);
});

test.each([
  ["said twice.[1]", true],
  ["(said in brackets.)", true],
  ['"said as a quote.**"', true],
  ["τι κάνεις;", true],
  ["said, with no stop [1]", false],
])("%s ends a sentence: %s", (line, ends) => {
  expect(endsSentence(line)).toBe(ends);
});
