import { expect, test } from "vitest";
import { partText } from "./loose-thoughts.ts";
import { ThinkTags } from "./think-tags.ts";

/** A text in pieces: whole, by characters, and in two parts at every place. */
const cuts = (text: string) => [
  [text],
  [...text],
  ...Array.from({ length: text.length - 1 }, (_, at) => [text.slice(0, at + 1), text.slice(at + 1)]),
];

function streamed(pieces: readonly string[], thinks: boolean) {
  const tags = new ThinkTags(thinks);
  const parts = [...pieces.map((piece) => tags.add(piece)), tags.end()];
  return {
    text: parts.map(({ text }) => text).join(""),
    thinking: parts.map(({ thinking }) => thinking).join(""),
  };
}

test.each<[string, string, string]>([
  ["The sum is 4.\n</think>\n\n4", "4", "The sum is 4."],
  ["The sum is 4.</think>4", "4", "The sum is 4."],
  ["<thinking>\nhm\n</thinking>\n\n4", "4", "hm"],
  ["<Think>hm</THINK>4", "4", "hm"],
  ["[THINK]hm[/THINK]4", "4", "hm"],
  ["<reasoning>hm</reasoning> 4", "4", "hm"],
  ["<think>hm</thinking>4", "4", "hm"],
  ["</think>\n\n4", "4", ""],
  ["\n\n</think>\n\n4", "4", ""],
  ["Okay. <think>hm</think> 4", "Okay. 4", "hm"],
  ["Okay. <think>hm, this is cut off", "Okay.", "hm, this is cut off"],
  ["```py\nx = 1\n```\nSo it is 1.</think>1", "1", "```py\nx = 1\n```\nSo it is 1."],
  ["4", "4", ""],
  ["Put it into `</think>` and go on.", "Put it into `</think>` and go on.", ""],
  ['The tag is "</think>".', 'The tag is "</think>".', ""],
  ["```\n<think>\nhm\n</think>\n4\n```\nLike that.", "```\n<think>\nhm\n</think>\n4\n```\nLike that.", ""],
  ["~~~~\n```\n</think>\n~~~~", "~~~~\n```\n</think>\n~~~~", ""],
])("of a model that thinks, %j is %j", (whole, text, thinking) => {
  for (const pieces of cuts(whole)) {
    const parts = streamed(pieces, true);
    expect({ text: parts.text.trimEnd(), thinking: parts.thinking }).toEqual({ text, thinking });
  }
});

test.each<[string, string, string]>([
  ["The sum is 4.\n</think>\n\n4", "4", "The sum is 4."],
  ["First.\n\n<think>\nhm\n</think>\n\n4", "First.\n\n4", "hm"],
  ["The tag </think> ends it.", "The tag </think> ends it.", ""],
  ["Open with <think> and close with </think>.", "Open with <think> and close with </think>.", ""],
  ["```\n</think>\n```", "```\n</think>\n```", ""],
  ["`</think>`\n", "`</think>`\n", ""],
])("of any other model, only a tag on a line of its own counts: %j is %j", (whole, text, thinking) => {
  expect(partText(whole, false)).toEqual({ text, thinking });
});

test("once the server parts the thinking itself, text is text at once", () => {
  const tags = new ThinkTags(true);
  expect(tags.add("", true)).toEqual({ text: "", thinking: "" });
  expect(tags.add("The tag", true)).toEqual({ text: "The tag", thinking: "" });
  expect(tags.add(" </think> ends it.")).toEqual({ text: " </think> ends it.", thinking: "" });
});

test("a text that is nothing but tags or fences is read in time", () => {
  for (const piece of ["<think>", "</think>", "`</think>`", "```\n", "````", "~~~\n</think>\n", "[THINK]"]) {
    const tags = new ThinkTags(true);
    for (let count = 0; count < 20_000; count++) tags.add(piece);
    tags.end();
    partText(piece.repeat(20_000), true);
    partText(piece.repeat(20_000), false);
  }
});
