import { describe, expect, it } from "vitest";
import { useMemory } from "../../test/memory-client.ts";

const memory = useMemory();

describe("forget", () => {
  it("removes an entry from one namespace only, and answers whether there was one", async () => {
    for (const namespace of ["one", "two"])
      await memory.data("remember_consult", { key: "k", value: namespace, namespace });
    expect(await memory.data("forget", { key: "k", namespace: "one" })).toEqual({ forgotten: true });
    const again = await memory.call("forget", { key: "k", namespace: "one" });
    expect(again).toMatchObject({ data: { forgotten: false }, text: "There was nothing to forget." });
    expect((await memory.data("recall", { key: "k", namespace: "two" })).value).toBe("two");
    expect((await memory.data("search_memories", { query: "one", namespace: "one" })).total).toBe(0);
  });
});
