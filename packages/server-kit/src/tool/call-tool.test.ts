import { expect, test } from "vitest";
import * as z from "zod";
import { probeErrors } from "../../test/probe-errors.ts";
import { createLogger } from "../log/create-logger.ts";
import { callTool } from "./call-tool.ts";
import { localUser } from "./principal.ts";
import { defineTool, readOnlyHints } from "./tool.ts";
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
    data: () => z.custom<object>(),
    annotations: readOnlyHints,
    text: () => "fine",
    handler,
  });
  return { tool, dependencies: {}, toolset: "test" };
}

test.each([
  [{ items: [{ id: "a" }, { id: 7 }] }, "items[1].id"],
  [{ count: "many" }, "count"],
  [{ color: "red" }, "color"],
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

const nested = (levels: number): object => (levels === 0 ? {} : { deeper: nested(levels - 1) });
const text = (mebibytes: number) => "x".repeat(mebibytes * 1024 * 1024);

function looseTool(shape: z.ZodRawShape) {
  const tool = defineTool({
    name: "loose",
    title: "Loose",
    description: "Takes anything.",
    input: z.strictObject({ options: z.looseObject({}).optional(), ...shape }),
    data: () => z.strictObject({}),
    annotations: readOnlyHints,
    text: () => "fine",
    handler: async () => ({ data: {} }),
  });
  return { tool, dependencies: {}, toolset: "test" };
}

const image = z.array(z.string()).optional();
const imageTool = looseTool({
  images: image,
  messages: z.array(z.strictObject({ images: image, content: z.string().optional() })).optional(),
});

test.each<[string, object]>([
  ["62 levels in a parameter", { options: nested(62) }],
  ["90,000 values", { options: { list: Array.from({ length: 90_000 }, () => 1) } }],
  ["4 MiB of text", { options: { text: text(3.9) } }],
  ["30 MiB of images", { images: [text(15), text(15)] }],
  ["30 MiB of images in messages", { messages: [{ images: [text(15)] }, { images: [text(15)] }] }],
])("%s are taken", async (_what, args) => {
  const { envelope } = await callTool(imageTool, args, options);
  expect(envelope.error).toBeUndefined();
});

test.each<[string, object, string, RegExp]>([
  ["a level too many", { options: nested(63) }, "options.deeper.deeper", /64 levels/],
  [
    "very many levels",
    JSON.parse(`{"options":${'{"a":'.repeat(50_000)}1${"}".repeat(50_000)}}`),
    "options.a.a",
    /64/,
  ],
  [
    "too many values",
    { options: { list: Array.from({ length: 100_000 }, () => 1) } },
    "options.list",
    /100000/,
  ],
  [
    "too many small lists",
    { options: { list: Array.from({ length: 60_000 }, () => [0]) } },
    "options.list[",
    /100000/,
  ],
  ["too much text", { options: { a: text(3), b: { c: text(2) } } }, "options.", /4194304 bytes/],
  ["too long a name", { options: { [text(5)]: 1 } }, "options.xxx", /4194304 bytes/],
  [
    "text between images",
    { images: [text(1)], messages: [{ content: text(5) }] },
    "messages[0].content",
    /bytes/,
  ],
  ["images where none are looked for", { options: { images: [text(5)] } }, "options.images[0]", /bytes/],
])("%s is refused before the tool's own schema looks at it", async (_what, args, path, issue) => {
  const { envelope, text } = await callTool(imageTool, args, options);
  expect(envelope.error).toMatchObject({
    code: "VALIDATION_ERROR",
    details: { path: expect.stringContaining(path), issue: expect.stringMatching(issue) },
  });
  expect(text.length).toBeLessThan(2_000);
});

test("images have to be small where a tool takes none", async () => {
  const { envelope } = await callTool(looseTool({}), { images: [text(5)] }, options);
  expect(envelope.error).toMatchObject({ code: "VALIDATION_ERROR", details: { path: "images[0]" } });
});

test("of many unknown keys a few are named, shortened", async () => {
  const unknown = Object.fromEntries(
    Array.from({ length: 50_000 }, (_, index) => [`${index}${"k".repeat(50)}`, 1]),
  );
  const { envelope, text } = await callTool(looseTool({}), { ["x".repeat(100_000)]: 1, ...unknown }, options);
  expect(envelope.error?.message).toMatch(/Unrecognized keys: .* and 49998 more/);
  expect(text.length).toBeLessThan(2_000);
});

test("an error keeps what was finished, and its text says what to do next", async () => {
  const failing = toolThat(() => {
    throw probeErrors.create("PROBE_FAILED", "Step 2 failed", {
      data: { done: 1 },
      more: "1. fine",
      hint: "Mend it.",
    });
  });
  const { envelope, text } = await callTool(failing, {}, options);
  expect(envelope).toMatchObject({
    status: "error",
    data: { done: 1 },
    error: { code: "PROBE_FAILED" },
  });
  expect(text).toBe("PROBE_FAILED: Step 2 failed. Mend it.\n1. fine");
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
    throw probeErrors.create("PROBE_FAILED", "cannot answer: the secret prompt", {
      details: { status: 500, endpoint: "http://localhost:11434", partial: "the secret prompt" },
    });
  });
  const recording = { debug: write, info: write, warn: write, error: write };
  await callTool(failing, {}, { ...options, log: recording });
  expect(lines[0]).toMatchObject({ code: "PROBE_FAILED", status: 500 });
  expect(JSON.stringify(lines)).not.toContain("secret");
});
