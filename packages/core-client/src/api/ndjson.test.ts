import { expect, test } from "vitest";
import { JsonLines } from "./ndjson.ts";

function linesOf(pieces: Iterable<Buffer>): unknown[] {
  const lines = new JsonLines();
  const values: unknown[] = [];
  for (const piece of pieces) values.push(...lines.take(piece));
  return [...values, ...lines.end()];
}

const values = [{ response: "Grüße, 世界 👋" }, { done: true }];
const [first, second] = values.map((value) => JSON.stringify(value));

test.each([
  ["lines", `${first}\n${second}\n`],
  ["carriage returns", `${first}\r\n${second}\r\n`],
  ["empty lines", `\n\r\n  \n${first}\n\n${second}\n\n`],
  ["no newline at the end", `${first}\n${second}`],
  ["a byte order mark", `\ufeff${first}\n${second}\n`],
])("%s are read alike wherever the bytes are cut", (_, text) => {
  const bytes = Buffer.from(text);
  expect(linesOf([...bytes].map((byte) => Buffer.of(byte)))).toEqual(values);
  for (let at = 0; at <= bytes.length; at++)
    expect(linesOf([bytes.subarray(0, at), bytes.subarray(at)])).toEqual(values);
});

test("a line of 60 MB that comes in small pieces is refused at its limit", () => {
  let taken = 0;
  function* endless() {
    const piece = Buffer.alloc(1_000, "x");
    for (; taken < 60e6; taken += piece.length) yield piece;
  }
  expect(() => linesOf(endless())).toThrow("sent a line of more than 8 MiB");
  expect(taken).toBeLessThan(9e6);
});
