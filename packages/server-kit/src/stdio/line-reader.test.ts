import { expect, test } from "vitest";
import { LineReader } from "./line-reader.ts";

const MIB = 1024 * 1024;

/** What a reader makes of the chunks; `maxLines` as the transport takes them. */
function read(chunks: Iterable<Buffer>, { maxBytes = 64 * MIB, maxLines = Number.POSITIVE_INFINITY } = {}) {
  const seen: (string | { head: string; tail: string })[] = [];
  const reader = new LineReader(maxBytes, {
    line: (bytes) => void seen.push(bytes.toString()),
    tooLong: (head, tail) => void seen.push({ head: head.toString(), tail: tail.toString() }),
  });
  for (const chunk of chunks)
    for (let rest: Buffer | undefined = chunk; rest !== undefined; ) rest = reader.push(rest, maxLines);
  return seen;
}

function* cut(bytes: Buffer, sizes: () => number): Generator<Buffer> {
  for (let from = 0; from < bytes.length; ) {
    const to = from + Math.max(1, sizes());
    yield bytes.subarray(from, to);
    from = to;
  }
}

/** The same numbers for the same seed, in [0, below). */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

test("lines are the same however a text is cut", () => {
  for (let seed = 1; seed <= 80; seed++) {
    const random = numbers(seed);
    const lines = Array.from({ length: 1 + random(8) }, () =>
      "aé✓\r{".repeat(random(random(4) === 0 ? 12_000 : 9)),
    );
    const bytes = Buffer.from(`${lines.join("\n")}\n`);
    const largest = 1 + random(random(2) === 0 ? 3 : 100_000);
    expect(
      read(
        cut(bytes, () => random(largest)),
        { maxLines: 1 + random(3) },
      ),
    ).toEqual(lines);
  }
});

test("a line at the limit is whole; of one over it both ends are left, and the next is whole", () => {
  for (const size of [1, 7, 511, 512, 513, 1_000, 5_000]) {
    const fits = "f".repeat(3_000);
    const over = `head${"x".repeat(3_000)}tail`;
    const [first, long, last] = read(
      cut(Buffer.from(`${fits}\n${over}\nnext\n`), () => size),
      { maxBytes: 3_000 },
    );
    expect(first).toBe(fits);
    expect(long).toEqual({ head: over.slice(0, 512), tail: over.slice(-512) });
    expect(last).toBe("next");
  }
});

test("what has no end is not kept, and does not end", () => {
  const chunk = Buffer.alloc(MIB, "y");
  const endless = Array.from({ length: 600 }, () => chunk);
  expect(read([...endless, Buffer.from("\nnext\n")], { maxBytes: MIB })).toEqual([
    { head: "y".repeat(512), tail: "y".repeat(512) },
    "next",
  ]);
});

test("a long line in a million pieces is put together once", () => {
  const line = "z".repeat(32 * MIB);
  const [got] = read(cut(Buffer.from(`${line}\n`), () => 32));
  expect(got).toHaveLength(line.length);
});
