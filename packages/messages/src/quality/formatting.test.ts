import { expect, test } from "vitest";
import { checkFormatting, closings } from "./formatting.ts";
import { insertInto } from "./insertions.ts";
import { readMarkdown } from "./markdown.ts";

function repaired(text: string): string {
  return insertInto(text, closings(text, readMarkdown(text).fences));
}

const closed = [
  "```js\na\n```",
  "```js\r\na\r\n```\r\nafter",
  "~~~\na\n~~~~~",
  "````md\n```js\na\n```\n````",
  "~~~md\n```js\na\n~~~",
  "- item\n  ```js\n  a\n  ```\n\n> ~~~\n> b\n> ~~~",
  "`` ` `` and ``` ``` ``` in a line",
  "    ```\n    indented code, no fence",
  "<pre>\n```\n</pre>",
  "```js` is no fence\n",
];

test.each(closed)("every fence of %j is closed", (text) => {
  expect(checkFormatting(readMarkdown(text))).toEqual({ passed: true });
});

const open: [text: string, lines: string, repaired: string][] = [
  ["```js\na", "fence of line 1", "```js\na\n```"],
  ["```js\na\n", "fence of line 1", "```js\na\n```"],
  ["text\n```", "fence of line 2", "text\n```\n```"],
  ["~~~~py\na\n~~~", "fence of line 1", "~~~~py\na\n~~~\n~~~~"],
  ["```js\r\na\r\n", "fence of line 1", "```js\r\na\r\n```"],
  ["```js\na\n``", "fence of line 1", "```js\na\n``\n```"],
  ["```md\n```js\na\n```\n```", "fence of line 5", "```md\n```js\na\n```\n```\n```"],
  ["1. a\n   ```js\n   b\n2. c", "fence of line 2", "1. a\n   ```js\n   b\n   ```\n2. c"],
  ["> ```\n> a\r\n\r\nb", "fence of line 1", "> ```\n> a\n> ```\r\n\r\nb"],
  [
    "- ```\n  a\n- > ~~~\n  > b\n\nc",
    "fences of lines 1, 3",
    "- ```\n  a\n  ```\n- > ~~~\n  > b\n  > ~~~\n\nc",
  ],
];

test.each(open)("the open fence of %j", (text, lines, expected) => {
  const finding = checkFormatting(readMarkdown(text));
  expect(finding).toMatchObject({ passed: false, detail: `Not closed: the code ${lines}` });
  expect(repaired(text)).toBe(expected);
});

test("after the repair every fence is closed, whatever the model wrote, and all of it is still there", () => {
  const pieces = [
    "```",
    "~~~~",
    "```js\n",
    "\n",
    "\n\n",
    "> ",
    "- ",
    "1. ",
    "  ",
    "    ",
    "a",
    "`",
    "\t",
    "\r\n",
    "<p>\n",
  ];
  let state = 1;
  const next = () => (state = (state * 48_271) % 2_147_483_647);
  for (let round = 0; round < 3_000; round++) {
    let text = "";
    for (let length = next() % 14; length >= 0; length--) text += pieces[next() % pieces.length];
    const markdown = readMarkdown(text);
    const result = repaired(text);
    expect(
      readMarkdown(result).fences.every(({ isClosed }) => isClosed),
      JSON.stringify(text),
    ).toBe(true);
    if (markdown.fences.every(({ isClosed }) => isClosed)) expect(result).toBe(text);
  }
});
