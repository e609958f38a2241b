import { expect, test } from "vitest";
import * as z from "zod";
import { callTool } from "./call-tool.ts";
import { createLogger } from "./create-logger.ts";
import { BridgeError } from "./errors.ts";
import { localUser } from "./principal.ts";
import { defineTool, looksUp } from "./tool.ts";
import { inputJsonSchema } from "./wire-schema.ts";

const log = createLogger("error");
const options = { signal: new AbortController().signal, log, overHttp: false, principal: localUser };

function toolThat(handler: () => Promise<{ data: object }>) {
  const tool = defineTool({
    name: "probe",
    title: "Probe",
    description: "Probes.",
    input: z.strictObject({
      items: z.array(z.strictObject({ id: z.string() })).optional(),
      count: z.number().optional(),
    }),
    annotations: looksUp,
    text: () => "fine",
    handler,
  });
  return { tool, deps: {}, toolset: "test" };
}

test.each([
  [{ items: [{ id: "a" }, { id: 7 }] }, "items[1].id"],
  [{ count: "many" }, "count"],
  [{ colour: "red" }, "colour"],
  [[], ""],
])("wrong arguments %j are named: %s", async (args, path) => {
  const { envelope, text } = await callTool(
    toolThat(async () => ({ data: {} })),
    args,
    options,
  );
  expect(envelope.error).toMatchObject({ code: "VALIDATION_ERROR", details: { path } });
  expect(text).toMatch(/^VALIDATION_ERROR: /);
});

test("an error keeps what was finished, and its text says what to do next", async () => {
  const failing = toolThat(() => {
    throw new BridgeError("CHAIN_EXECUTION_FAILED", "Step 2 failed", {
      data: { done: 1 },
      more: "1. fine",
      hint: "Mend it.",
    });
  });
  const { envelope, text } = await callTool(failing, {}, options);
  expect(envelope).toMatchObject({
    status: "error",
    data: { done: 1 },
    error: { code: "CHAIN_EXECUTION_FAILED" },
  });
  expect(text).toBe("CHAIN_EXECUTION_FAILED: Step 2 failed. Mend it.\n1. fine");
});

test("a defect is answered as one, not thrown", async () => {
  const broken = toolThat(async () => JSON.parse("{"));
  const { envelope } = await callTool(broken, {}, options);
  expect(envelope).toMatchObject({ status: "error", error: { code: "INTERNAL_ERROR" } });
});

test("the schema shown to clients is flat", () => {
  expect(inputJsonSchema(toolThat(async () => ({ data: {} })).tool)).toEqual({
    type: "object",
    properties: {
      items: {
        type: "array",
        items: {
          type: "object",
          properties: { id: { type: "string" } },
          required: ["id"],
          additionalProperties: false,
        },
      },
      count: { type: "number" },
    },
    additionalProperties: false,
  });
});

test("what is logged of a failed call repeats neither the prompt nor what a server sent", async () => {
  const lines: unknown[] = [];
  const write = (fields: object, message: string) => void lines.push(fields, message);
  const failing = toolThat(() => {
    throw new BridgeError("OLLAMA_PROCESSING_ERROR", "cannot answer: the secret prompt", {
      details: { status: 500, endpoint: "http://localhost:11434", partial: "the secret prompt" },
    });
  });
  const recording = { debug: write, info: write, warn: write, error: write };
  await callTool(failing, {}, { ...options, log: recording });
  expect(lines[0]).toMatchObject({ code: "OLLAMA_PROCESSING_ERROR", status: 500 });
  expect(JSON.stringify(lines)).not.toContain("secret");
});
