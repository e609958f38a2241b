import { expect, test } from "vitest";
import type { QualityRequest } from "./quality.ts";
import { checkResponseLength, truncate } from "./response-length.ts";

const request = (text: string, asked: Partial<QualityRequest>): QualityRequest => ({
  text,
  stopReason: "end_turn",
  outputTokens: undefined,
  expectedDetail: "normal",
  maxTokens: 10,
  ...asked,
});

test("Ollama's count decides; without one, four letters or one sign are a token", () => {
  expect(checkResponseLength(request("x", { outputTokens: 10 }))).toEqual({ passed: true });
  expect(checkResponseLength(request("x", { outputTokens: 11 }))).toEqual({
    passed: false,
    detail: "11 tokens, 10 were asked for",
  });
  expect(checkResponseLength(request("x".repeat(40), {}))).toEqual({ passed: true });
  expect(checkResponseLength(request("x".repeat(41), {})).detail).toBe("About 11 tokens, 10 were asked for");
  expect(checkResponseLength(request("(".repeat(11), {})).detail).toBe("About 11 tokens, 10 were asked for");
});

const cut = (text: string, asked: Partial<QualityRequest> = {}) => truncate(text, request(text, asked));

test("a long answer ends with a whole block", () => {
  expect(cut("One paragraph.\r\n\r\nAnother.\r\n\r\nThe third one is too long.")).toBe(
    "One paragraph.\r\n\r\nAnother.",
  );
  expect(cut("A list:\n\n- one\n- two\n\n  ```\n  code that is too long\n  ```\n")).toBe(
    "A list:\n\n- one\n- two",
  );
  expect(cut(`Text first.\n\n\`\`\`js\n${"a();\n".repeat(9)}\`\`\``)).toBe("Text first.");
});

test("how long a token is follows from Ollama's count", () => {
  const text = "One paragraph.\n\nAnother.\n\nThe third one.";
  expect(cut(text, { outputTokens: 20 })).toBe("One paragraph.");
});

test("a first block that is too long keeps its first lines or words, and its fence", () => {
  expect(cut(`\`\`\`js\n${"a();\n".repeat(20)}\`\`\``, { outputTokens: 27 })).toBe(
    `\`\`\`js\n${"a();\n".repeat(6).trimEnd()}\n\`\`\``,
  );
  expect(cut("word ".repeat(20))).toBe("word word word word word word word word");
  expect(cut("😀".repeat(30), { maxTokens: 3 }).isWellFormed()).toBe(true);
});
