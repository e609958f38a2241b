import { expect, it } from "vitest";
import { snippetOf } from "./snippet.ts";
import { indexText, queryWords, wordsOf } from "./words.ts";

it("leaves nothing of a text but letters and digits", () => {
  expect([...wordsOf('He said: "OAuth-2.0" AND (NOT naïve) * ^ {a:b}')]).toEqual(
    "he said oauth 2 0 and not naive a b".split(" "),
  );
});

it("cuts scripts without spaces into pairs", () => {
  expect([...wordsOf("東京tower日本語")]).toEqual(["東京", "tower", "日本", "本語"]);
});

it("searches for words that say something, and for the others only when there are none", () => {
  expect(queryWords("what did we do about the cache?")).toEqual(["about", "cache"]);
  expect(queryWords("to be or not to be")).toEqual(["to", "be", "or", "not"]);
  expect(queryWords("*** !!!")).toEqual([]);
});

it("indexes the words of a text of any length within what an index can hold", () => {
  const many = Array.from({ length: 100_000 }, (_, index) => `word${index}`).join(" ");
  expect(Buffer.byteLength(indexText(many))).toBeLessThanOrEqual(262_144);
  const repeated = indexText(`${"again and ".repeat(100_000)} needle`);
  expect(repeated.endsWith(" needle")).toBe(true);
  expect(indexText("x".repeat(1_000_000))).toHaveLength(100);
});

it("shows the words where they stand, without cutting a character in two", () => {
  const long = `${"🦙".repeat(500)} the needle stands here ${"🦙".repeat(500)}`;
  const snippet = snippetOf(long, ["needle"]);
  expect(snippet).toContain("needle stands");
  expect(snippet.isWellFormed()).toBe(true);
  expect(snippetOf("short\n\n text", [])).toBe("short text");
});
