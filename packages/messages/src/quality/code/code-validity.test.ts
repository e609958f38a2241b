import { expect, test } from "vitest";
import { readMarkdown } from "../markdown.ts";
import { checkCodeValidity } from "./code-validity.ts";

const check = (text: string, validateSyntax = true) => checkCodeValidity(readMarkdown(text), validateSyntax);
const bad = "```python\ndef f(x)\n    return x\n```";

test("every block that does not parse is named by its language and its line in the answer", async () => {
  const text = `Text.\n\n${bad}\n\n1. A list\n\n   \`\`\`json\n   {\n     "a": 1,\n   }\n   \`\`\`\n\n> ~~~ts\n> let x: = 1;\n`;
  expect(await check(text)).toEqual({
    passed: false,
    detail:
      'python, line 4: the line ends too early; json, line 13: Expected double-quoted property name; typescript, line 17: unexpected "="',
  });
  expect(await check(text.replaceAll("\n", "\r\n"))).toEqual(await check(text));
});

test("the language may be written in any way", async () => {
  const marks = [
    "py",
    "Python",
    "PYTHON title='a.py'",
    "python {1,3}",
    "{.python .lines}",
    "python:a.py",
    "py,ignore",
  ];
  for (const mark of marks)
    expect((await check(`\`\`\`${mark}\ndef f(\n\`\`\``)).detail, mark).toContain("python, line 2:");
  for (const mark of ["jsx", "JS", "javascript"])
    expect((await check(`~~~${mark}\nlet = ;\n~~~`)).detail, mark).toContain("javascript, line 2:");
});

test("other languages, code without a fence and empty blocks are not looked at", async () => {
  const other = ["", "text", "bash", "python3", "c", "jsonc"]
    .map((mark) => `\`\`\`${mark}\n(((\n\`\`\`\n`)
    .join("\n");
  expect(await check(`${other}\n    (((\n\n\`\`\`json\n\n\`\`\`\n\`(((\` and \`\`\`py\n`)).toEqual({
    passed: true,
  });
});

test("an open block counts, and so does one within a fence of another language only as text", async () => {
  expect((await check("```java\nclass A {\n")).detail).toBe("java, line 2: the code ends too early");
  expect(await check(`\`\`\`\`md\n${bad}\n\`\`\`\``)).toEqual({ passed: true });
});

test("switched off it says so", async () => {
  expect(await check(bad, false)).toEqual({
    passed: true,
    skipped: true,
    detail: "Not looked at: enhancement_rules.validate_syntax is off",
  });
  expect(await check("No code.", false)).toEqual({ passed: true });
});
