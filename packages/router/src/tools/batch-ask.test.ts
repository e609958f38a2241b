import { expect, test } from "vitest";
import { startRouter } from "../../test/router-server.ts";

const models = [
  { name: "one", answer: "first" },
  { name: "two", answer: "second" },
  { name: "three", answer: "third" },
];

test("answers stand in the order asked, whatever the order they came in", async () => {
  const { client, servers } = await startRouter([{ models }]);
  const pause = servers[0]?.pauseBefore("first-token", { model: "one" });
  const seen: string[] = [];
  const asked = client.callTool(
    "batch_ask",
    { models: ["one", "two", "three"], prompt: "hi" },
    {
      onProgress: ({ message = "" }) => {
        seen.push(message);
        if (message.includes("two: done") && message.includes("three: done")) pause?.release();
      },
    },
  );
  const result = await asked;
  const { data } = result.structuredContent as { data: { results: object[]; summary: object } };
  expect(data.results).toMatchObject([
    { model: "one", instance: "a", success: true, response: "first", duration_ms: expect.any(Number) },
    { model: "two", success: true, response: "second" },
    { model: "three", success: true, response: "third" },
  ]);
  expect(data.summary).toMatchObject({ successful: 3, failed: 0 });
  expect(result.content[0]?.text).toBe(
    "## one (a)\n\nfirst\n\n## two (a)\n\nsecond\n\n## three (a)\n\nthird",
  );
  expect(result.content[1]?.text).toBe("— one on a\n— two on a\n— three on a");
  // The fast answers are read while the slow one is waited for.
  expect(seen).toContainEqual(expect.stringMatching(/one: (?!done).*two: done.* · two: second$/));
});

test("one failure does not lose the others", async () => {
  const { client } = await startRouter([{ models }]);
  const result = await client.callTool("batch_ask", { models: ["one", "absent"], prompt: "hi" });
  expect(result.isError).toBeFalsy();
  expect(result.structuredContent).toMatchObject({
    data: {
      results: [
        { model: "one", success: true },
        {
          model: "absent",
          success: false,
          error: {
            code: "MODEL_NOT_FOUND",
            message: expect.stringContaining("absent"),
            hint: expect.stringContaining("ollama pull absent"),
            details: { model: "absent", suggestions: expect.any(Array) },
          },
        },
      ],
      summary: { successful: 1, failed: 1 },
    },
  });
  expect(result.content[0]?.text).toMatch(/## absent\n\nMODEL_NOT_FOUND: .*ollama pull absent/);
  expect(result.content[1]?.text).toContain("— absent failed: MODEL_NOT_FOUND");
});

test("when all fail, it is an error with the first one's code and all of them in data", async () => {
  const { client } = await startRouter([{ models }]);
  const result = await client.callTool("batch_ask", { models: ["absent", "missing"], prompt: "hi" });
  expect(result.isError).toBe(true);
  expect(result.structuredContent).toMatchObject({
    error: { code: "MODEL_NOT_FOUND" },
    data: { results: [{ model: "absent" }, { model: "missing" }], summary: { successful: 0, failed: 2 } },
  });
  expect(result.content[0]?.text).toContain("- missing: MODEL_NOT_FOUND");
});

test.each([[["one"]], [["a", "b", "c", "d", "e", "f"]]])("%j are not 2 to 5 models", async (names) => {
  const { client } = await startRouter([{ models }]);
  const result = await client.callTool("batch_ask", { models: names, prompt: "hi" });
  expect(result.structuredContent).toMatchObject({
    error: { code: "VALIDATION_ERROR", details: { path: "models" } },
  });
});

test("no answer holds the thinking of its model", async () => {
  const capabilities = ["completion", "thinking"];
  const { client } = await startRouter([
    {
      models: [
        { name: "closing", capabilities, thinking: "", answer: ["Hm.", "</think>", "first"] },
        { name: "other", capabilities, thinking: "", answer: "Okay <thinking>Hm.</thinking> second" },
      ],
    },
  ]);
  const result = await client.callTool("batch_ask", { models: ["closing", "other"], prompt: "hi" });
  expect(result.structuredContent).toMatchObject({
    data: { results: [{ response: "first" }, { response: "Okay second" }] },
  });
  for (const model of ["closing", "other"]) {
    const asked = await client.callTool("ask_model", { model, prompt: "hi", think: "on" });
    expect(asked.structuredContent).toMatchObject({ data: { thinking: "Hm." } });
    const routed = await client.callTool("route_request", { model, prompt: "hi" });
    expect(routed.content[0]?.text).not.toContain("Hm.");
  }
});
