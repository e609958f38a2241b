import { expect, test } from "vitest";
import { checkCompleteness } from "./completeness.ts";
import { insertInto } from "./insertions.ts";
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
  return checkCompleteness(request, readMarkdown(text));
}

const finished = [
  "Paris is the capital of France.",
  "Paris",
  "Is that all that you want to know?!",
  "Wait for it to be over…",
  'She said: "It is all done."',
  "It is done (really, it is.)",
  "It is *really, truly* done, as I **said.**",
  "„Das ist gut so, wie es ist.“",
  "« C'est bien comme ça, mon ami. »",
  "This is the end of the story. 🎉",
  "Hope this helps you out 😊",
  "Thanks for asking me that question :)",
  "It was shown before, as you know.[1][2]",
  "It was shown before, as you know.¹",
  "我们今天去公园散步，然后回家吃饭。",
  "これで全部終わりましたか？",
  "هل هذا جيد بما فيه الكفاية؟",
  "یہ جملہ مکمل ہے جو یہاں لکھا ہے۔",
  "यह एक वाक्य है जो पूरा है।",
  "Αυτό είναι μια ερώτηση που τελειώνει;",
  "นี่คือประโยคภาษาไทยที่สมบูรณ์แล้วครับ",
  "See the whole documentation at https://example.com/docs",
  "See the whole documentation in [the docs](https://example.com)",
  "Run the following command in your shell: `npm install`",
  "docker run -it --rm ubuntu bash -c something",
  "SELECT name FROM users WHERE id = 1",
  "The solution of the equation is $x = 5$",
  "So the answer to it is\n\n$$\nx = 5\n$$",
  "So we get \\[ x = 5 \\]",
  "The final result of all this is \\boxed{42}",
  "Here is the code:\n\n```python\nprint(1)\n```",
  "Here is the code:\n\n    npm install\n    npm test",
  '{"a": 1, "b": [1, 2]}',
  '[{"a": 1}, {"b": 2}]',
  "# Title\n\nThis is some text.\n\n## A heading without anything under it",
  "| a | b |\n|---|---|\n| one | two of them |",
  "<p>This is some text in HTML</p>",
  "**Final answer: the cat is on the mat**",
  "Steps:\n\n1. Install Node\n2. Run all of the tests of it\n3. Push the branch to your fork",
  "- Apples are round.\n- Pears\n- Bananas are not round at all",
  "- one (which is the first)\n- two",
  "Kinds of loops and operators:\n\n- for\n- while\n- Logical or",
  "I wrote it for you.\n\nBest regards,\nJohn Smith",
  "I wrote it for you. It is good.\n\n[Your Name and Your Address]",
  "Roses are red,\nViolets are blue,\nSugar is sweet,\nAnd so are all of you",
  "Name: John Smith of London\nAge: 30 years\nCity: New York in the United States",
  "> Quoted text that ends well here.",
  "Follow us for more of this #typescript",
];

test.each(finished)("%j is finished", (text) => {
  expect(check(text)).toEqual({ passed: true });
  expect(check(`${text}\r\n  \n`)).toEqual({ passed: true });
});

const unfinished = [
  ["", "The answer is empty"],
  [" \n\t", "The answer is empty"],
  ["The capital of France is", 'a sentence: "The capital of France is"'],
  ["It works. The fox jumps over the lazy dog", 'a sentence: "t works. The fox jumps over the lazy dog"'],
  [
    "The fox jumps\nover the lazy dog and then\nruns away",
    'a sentence: "mps\\nover the lazy dog and then\\nruns away"',
  ],
  ["我们今天去公园散步然后回家", 'a sentence: "我们今天去公园散步然后回家"'],
  ["Here is what there is:", 'a sentence: "Here is what there is:"'],
  ["Yes, it may be, but", 'a sentence: "Yes, it may be, but"'],
  ["Some **bold text", 'a sentence: "Some **bold text"'],
  ["Use `npm", 'a sentence: "Use `npm"'],
  [
    "> Quoted text that goes on in the\n> next line of",
    'a sentence: "ed text that goes on in the\\nnext line of"',
  ],
  ["- Install Node\n- Run all the", 'a list item: "Run all the"'],
  ["- Node (a runtime for", 'a list item: "Node (a runtime for"'],
  ["1. Do this.\n2. Do that.\n3. Then open the big red", 'a list item: "Then open the big red"'],
  ["1. Do this\n2. ", "a list item with nothing in it"],
  ["- Do this\n  - ", "a list item with nothing in it"],
  ["Text.\n\n```js\na();", "the code block that begins on line 3"],
  ["- a\n\n  ~~~\n  b", "the code block that begins on line 3"],
  ['{"a": 1, "b": [1,', "JSON"],
];

test.each(unfinished)("%j is not finished", (text = "", where = "") => {
  const detail = text.trim() === "" ? where : `Ends inside ${where}`;
  expect(check(text)).toMatchObject({ passed: false, detail });
});

test("an answer that the limit cut is not complete, wherever that was", () => {
  const cut = { stopReason: "max_tokens" };
  expect(check("It is all done.", cut)).toEqual({ passed: false, detail: "Cut at max_tokens" });
  expect(check("- one\n- two", cut).detail).toBe('Cut at max_tokens: Ends inside a list item: "two"');
  expect(check("```\na", cut).detail).toContain("Cut at max_tokens: Ends inside the code block");
});

test("where the caller's stop string or a tool's call ends it, the end is as it should be", () => {
  expect(check("One, two,", { stopReason: "stop_sequence" })).toEqual({ passed: true });
  expect(check("Let me look that up in the", { stopReason: "tool_use" })).toEqual({ passed: true });
  expect(check("", { stopReason: "tool_use" })).toEqual({ passed: true });
});

test("a brief answer may be a phrase, and may not break off", () => {
  const brief = { expectedDetail: "brief" as const };
  expect(check("Add retries to the client of the server", brief)).toEqual({ passed: true });
  expect(check("Add retries to the", brief).passed).toBe(false);
});

test("a full stop ends the last sentence, in its script and before what follows it; nothing else gets one", () => {
  const ended = (text: string) => insertInto(text, check(text).repair ?? []);
  expect(ended("This is what it all comes down to \r\n")).toBe("This is what it all comes down to. \r\n");
  expect(ended("That is it (as far as I know)")).toBe("That is it (as far as I know).");
  expect(ended("我们今天去公园散步然后回家")).toBe("我们今天去公园散步然后回家。");
  expect(ended("यह एक वाक्य है जो पूरा")).toBe("यह एक वाक्य है जो पूरा।");
  for (const text of ["It is done.", "Here it is:", "One, two,", "```js\na", "", '{"a": ', "- "])
    expect(ended(text)).toBe(text);
});
