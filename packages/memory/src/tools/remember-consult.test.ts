import { describe, expect, it } from "vitest";
import { useMemory } from "../../test/memory-client.ts";

const memory = useMemory();

describe("remember_consult", () => {
  it("refuses what it could not keep, and says which part", async () => {
    const bad: [Record<string, unknown>, string][] = [
      [{ key: "x".repeat(513), value: "v" }, "key"],
      [{ key: "é".repeat(257), value: "v" }, "key"],
      [{ key: "", value: "v" }, "key"],
      [{ key: "half \ud800", value: "v" }, "key"],
      [{ key: "k", value: "x".repeat(1_048_577) }, "value"],
      [{ key: "k", value: "v", tags: [""] }, "tags"],
      [{ key: "k", value: "v", ttl_seconds: 0 }, "ttl_seconds"],
    ];
    for (const [args, path] of bad)
      expect((await memory.call("remember_consult", args)).error).toMatchObject({
        code: "VALIDATION_ERROR",
        details: { path },
      });
  });

  it("rewrites what is there, and keeps when it was made", async () => {
    await memory.data("remember_consult", {
      key: "k",
      value: "first",
      tags: ["a", "a", "b"],
      metadata: { n: 1 },
    });
    const first = await memory.data("recall", { key: "k" });
    expect(first.tags).toEqual(["a", "b"]);
    await memory.data("remember_consult", { key: "k", value: "second" });
    const second = await memory.data("recall", { key: "k" });
    expect(second).toMatchObject({ value: "second", tags: [], metadata: {}, created_at: first.created_at });
  });

  it("answers a reader with size and place", async () => {
    const { text } = await memory.call("remember_consult", { key: "k", value: "größe" });
    expect(text).toMatch(/^Stored k \(7 bytes\) in sqlite: .*memory\.sqlite\.$/);
  });
});
