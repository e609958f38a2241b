import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { classify } from "./classify.ts";
import { builtInCategories } from "./word-list.ts";

interface Example {
  category: string;
  language: string;
  prompt: string;
}

const examples = readFileSync(new URL("../../test/classifier-examples.jsonl", import.meta.url), "utf8")
  .split("\n")
  .filter(Boolean)
  .map((line) => JSON.parse(line) as Example);

describe("the classifier", () => {
  it.each(["en", "de", "es", "fr"])("knows at least nine of ten of its examples in %s", (language) => {
    const spoken = examples.filter((example) => example.language === language);
    const right = spoken.filter(({ prompt, category }) => classify(prompt).category === category);
    expect(right.length / spoken.length).toBeGreaterThanOrEqual(0.9);
  });

  it("takes an image for vision, and for ocr when its text is wanted", () => {
    expect(classify("What is on it?", true).category).toBe("vision");
    expect(classify("Transcribe this receipt", true).category).toBe("ocr");
  });

  it.each(["", "xyzzy plugh", "qwertz asdf jklö"])(
    "falls back to general when it knows nothing of %j",
    (prompt) => {
      expect(["general", "fast"]).toContain(classify(prompt).category);
    },
  );

  it("is less sure the less there is to go by", () => {
    const sure = classify("Write a Python function that sorts a list and add unit tests").confidence;
    expect(sure).toBeGreaterThan(classify("Write something that sorts").confidence);
  });

  it("reads the beginning and the end of a long prompt", () => {
    const document = "The weather was fine and nothing happened. ".repeat(2_000);
    expect(classify(`${document}\nTranslate the poem`).confidence).toBeLessThanOrEqual(1);
    expect(classify(`Fix the TypeError in this Python function:\n${document}`).category).toBe("code");
  });

  it("takes no longer for texts that look like numbers, code or lists nearly everywhere", () => {
    const texts = [
      `1${",".repeat(2_900)}1${",".repeat(2_900)}`,
      "1".repeat(6_000),
      "w.".repeat(3_000),
      "\n".repeat(6_000),
      "$a".repeat(3_000),
      "1. ".repeat(2_000),
      "a = ".repeat(1_500),
    ];
    for (const text of texts) expect(classify(text).confidence).toBeLessThanOrEqual(1);
  });
});

it("reads numbers among points in one pass", () => {
  const points = ".".repeat(1_900);
  expect(builtInCategories).toContain(classify(`1${points}1${points}1${points}`).category);
});
