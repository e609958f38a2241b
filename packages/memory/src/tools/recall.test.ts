import { describe, expect, it } from "vitest";
import { useMemory } from "../../test/memory-client.ts";

const memory = useMemory();

describe("recall", () => {
  it("names similar keys when there is no such entry", async () => {
    await memory.data("remember_consult", { key: "microservices_analysis_2024", value: "split it" });
    const reply = await memory.call("recall", { key: "microservices analysis" });
    expect(reply.error?.details).toMatchObject({ similar: ["microservices_analysis_2024"] });
    expect(reply.text).toMatch(/^MEMORY_NOT_FOUND: .*Similar keys: microservices_analysis_2024/);
  });

  it("answers a reader with the text, and what is known of it below", async () => {
    await memory.data("remember_consult", {
      key: "k",
      value: "line 1\nline 2",
      tags: ["t"],
      metadata: { by: "phi" },
    });
    const { text } = await memory.call("recall", { key: "k" });
    expect(text).toMatch(/^line 1\nline 2\n\n\(tags: t; metadata: \{"by":"phi"\}; updated \d{4}-.*Z\)$/);
  });

  it("cuts a text that is too long for a client, and says where it is whole", async () => {
    await memory.data("remember_consult", { key: "huge", value: "x".repeat(1_048_576) });
    const { text } = await memory.call("recall", { key: "huge" });
    expect(text.length).toBeLessThan(60_000);
    expect(text).toMatch(/answer:\/\/req_/);
  });
});
