import { expect, test } from "vitest";
import { startRouter } from "../../test/router-server.ts";

const small = { name: "phi4-mini", size_bytes: 2.5e9 };
const middle = { name: "llama3:8b", size_bytes: 4.7e9 };
const task = { task_description: "Summarize short notes" };

test("a task that fits gets a recommendation with times, and nothing is run", async () => {
  const { client, servers } = await startRouter([{ models: [small, middle] }]);
  const requirements = { performance: "fast" };
  const result = await client.callTool("assess_capability", { ...task, requirements });
  expect(result.structuredContent).toMatchObject({
    data: {
      can_handle: true,
      reasons: [expect.stringContaining("under 5 s")],
      recommended: { model: "phi4-mini:latest", instance: "a", tier: "fast", location: "local" },
      estimated_time_s: { basis: "declared" },
      alternatives: [{ model: "llama3:8b", instance: "a", tier: "balanced", likely_s: expect.any(Number) }],
    },
  });
  const { data } = result.structuredContent as { data: { estimated_time_s: Record<string, number> } };
  const { low = 0, likely = 0, high = 0 } = data.estimated_time_s;
  expect(low).toBeLessThanOrEqual(likely);
  expect(likely).toBeLessThan(high);
  expect(servers[0]?.counters.requests["/api/generate"]).toBeUndefined();
  expect(result.content[0]?.text).toMatch(/^Yes: .*\nRecommended: phi4-mini:latest on a/s);
});

test.each([
  ["vision", { vision: true }, "phi4-mini:latest on a: cannot do vision"],
  ["a long context", { context_tokens: 200_000 }, "NO_ROUTE"],
  ["an answer within 10 ms", { max_latency_ms: 10 }, "10 ms are allowed"],
])("%s is said to be out of reach", async (_what, requirements, reason) => {
  const { client } = await startRouter([{ models: [small, middle] }]);
  const result = await client.callTool("assess_capability", { ...task, requirements });
  expect(result.isError).toBeFalsy();
  const { data } = result.structuredContent as { data: { can_handle: boolean; reasons: string[] } };
  expect(data.can_handle).toBe(false);
  expect(data.reasons.join(" ")).toContain(reason);
});

test("what was measured is the basis once something ran", async () => {
  const { client } = await startRouter([
    { models: [{ ...small, decodeTps: 500, answer: "ten words ".repeat(10) }] },
  ]);
  await client.callTool("ask_model", { model: "phi4-mini", prompt: "hi" });
  const result = await client.callTool("assess_capability", task);
  expect(result.structuredContent).toMatchObject({ data: { estimated_time_s: { basis: "measured" } } });
});

test("pages, words and times in the task's own words are compared with contexts and speeds", async () => {
  const short = { name: "llama3:8b", size_bytes: 4.7e9, context_length: 80_000 };
  const long = { name: "qwen3:30b", size_bytes: 18e9, context_length: 262_144 };
  const { client } = await startRouter([{ models: [short, long] }]);
  const assess = async (task_description: string) => {
    const { structuredContent } = await client.callTool("assess_capability", { task_description });
    return (structuredContent as { data: { can_handle: boolean; reasons: string[] } }).data;
  };
  const pages = await assess("Summarize a 200-page PDF");
  expect(pages).toMatchObject({
    can_handle: true,
    reasons: expect.arrayContaining(["200 pages are about 100,000 tokens"]),
    recommended: { model: "qwen3:30b" },
    alternatives: [],
  });
  for (const [task, reason] of [
    ["Translate 2 million words", "2,000,000 words are about 2,666,667 tokens"],
    ["Complete code with 100 ms latency", "100 ms are allowed"],
    ["Caption a stream in real-time", "real-time is taken for 1000 ms"],
  ] as const) {
    const { can_handle, reasons } = await assess(task);
    expect(can_handle, task).toBe(false);
    expect(reasons.join("; ")).toContain(reason);
  }
});
