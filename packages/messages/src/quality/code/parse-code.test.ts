import { stopClock } from "@ollama-bridge/test-kit/contract";
import { expect, test } from "vitest";
import { parseCode } from "./parse-code.ts";

test("blocks are parsed in their order, and the thread is gone afterwards", async () => {
  const { errors, stopped } = await parseCode([
    { language: "python", code: "x = 1" },
    { language: "json", code: "{" },
    { language: "typescript", code: "enum A { B }" },
  ]);
  expect(errors).toEqual([undefined, { line: 1, message: "Expected property name or '}'" }, undefined]);
  expect(stopped).toBeUndefined();
  expect(process.getActiveResourcesInfo()).not.toContain("Worker");
});

test("what takes too long is left", async () => {
  const block = { language: "java" as const, code: "class A {}\n".repeat(10_000) };
  const blocks = Array.from({ length: 200 }, () => block);
  const { errors, stopped } = await parseCode(blocks, 1);
  expect(errors.length).toBeLessThan(blocks.length);
  expect(stopped).toBe("not finished within 1 ms");
});

test("the time that the parsers take to load is not counted", async () => {
  const clock = stopClock();
  const parsed = parseCode([{ language: "json", code: "{}" }]);
  await clock.advance(60_000);
  expect(await parsed).toEqual({ errors: [undefined], installed: true });
});

test("code that no parser can hold does not end the process", async () => {
  const deep = "(".repeat(300_000);
  const { errors, stopped } = await parseCode([
    { language: "typescript", code: deep },
    { language: "python", code: deep },
    { language: "json", code: "[".repeat(300_000) },
  ]);
  expect(errors.length === 3).toBe(stopped === undefined);
});
