import { expect, test } from "vitest";
import { checkLanguageQuality } from "./language-quality.ts";
import { readMarkdown } from "./markdown.ts";
import type { QualityRequest } from "./quality.ts";

function check(text: string, asked: Partial<QualityRequest> = {}) {
  const request: QualityRequest = {
    text,
    stopReason: "end_turn",
    outputTokens: undefined,
    expectedDetail: "normal",
    maxTokens: 4096,
    ...asked,
  };
  return checkLanguageQuality(request, readMarkdown(text));
}

test("fewer than five words are too few where no brief answer was asked for", () => {
  const note = "\n\n(Note: Response was brief as requested.)";
  for (const text of ["Yes.", "", "It is so.", "好的。"])
    expect(check(text)).toEqual({
      passed: false,
      detail: "Fewer than 5 words",
      repair: [{ at: text.length, text: note }],
    });
  expect(check("Yes.", { expectedDetail: "detailed" }).passed).toBe(false);
  expect(check("Yes.", { expectedDetail: "brief" })).toEqual({ passed: true });
});

test("code, JSON, a tool's call and scripts without spaces say enough in their own way", () => {
  for (const text of ["```js\nf()\n```", '{"ok":true}', "[1]", "我们今天去公园散步。"])
    expect(check(text), text).toEqual({ passed: true });
  expect(check("", { stopReason: "tool_use" })).toEqual({ passed: true });
});

const loops = [
  [`I will help. ${"the ".repeat(20)}`, '"the" is repeated 20 times on line 1'],
  [`Well. ${"I will say it again. ".repeat(6)}`, '"I will say it again." is repeated 6 times on line 1'],
  [`${"今天去公园".repeat(8)}。`, '"今 天 去 公 园" is repeated 8 times on line 1'],
  [`Intro.\n\n${"I am a loop.\n".repeat(9)}`, '"I am a loop." is repeated 9 times from line 3 on'],
  [`${"Is it?\n\nIt is.\n\n".repeat(7)}`, '"Is it? / It is." is repeated 7 times from line 1 on'],
  [`List:\n${"- Add tests\n".repeat(30)}`, '"Add tests" is repeated 30 times from line 2 on'],
  [
    `List:\n${Array.from({ length: 30 }, (_, i) => `${i}. Add tests\n`).join("")}`,
    '"Add tests" is repeated 30',
  ],
  [`Then it ${"G".repeat(80)}`, '"G" is repeated 80 times on line 1'],
];

test.each(loops)("%j is a loop", (text = "", detail = "") => {
  expect(check(`${text}\nFive words and then some.`).detail).toContain(detail);
});

const repeats = [
  "It is very, very, very, very good, and no, no, no, I do not lie.",
  "Let it be, let it be\nLet it be\nLet it be\nLet it be\nWhisper words of wisdom",
  "Days of the week:\n\n- Rest\n- Rest\n- Rest\n- Rest\n- Rest\n- Rest\n- Run",
  `| a | b |\n|---|---|\n${"| yes | no |\n".repeat(40)}`,
  `A table without its head:\n${"| yes | no |\n".repeat(40)}`,
  `\`\`\`c\n${"}\n".repeat(40)}${"call();\n".repeat(40)}\`\`\``,
  `Some code in here:\n\n${"    call();\n".repeat(40)}`,
  `A rule of many signs follows:\n\n${"-".repeat(100)}\n\n${"=".repeat(100)} and more`,
  `A googol is 1${"0".repeat(100)} in digits, or ${"0 ".repeat(40)}`,
  `A board of a game:\n${"X O X O X O X O X O X O X O X O\n".repeat(4)}`,
];

test.each(repeats)("%j is none", (text) => {
  expect(check(text)).toEqual({ passed: true });
});

test("replacement characters are counted, unless they are what the answer is about", () => {
  expect(check("All is good here.\nThe caf\ufffd is op\ufffdn.").detail).toBe(
    "2 replacement characters, the first on line 2",
  );
  expect(check("The character \ufffd (U+FFFD) stands for bytes that are wrong.")).toEqual({ passed: true });
});

test("all that is wrong is told", () => {
  expect(check("\ufffd").detail).toBe("Fewer than 5 words; 1 replacement character, the first on line 1");
});
