import { expect, test } from "vitest";
import * as z from "zod";
import { createLogger } from "../log/create-logger.ts";
import { callTool } from "./call-tool.ts";
import { alsoTakes } from "./coerce-arguments.ts";
import { localUser } from "./principal.ts";
import { defineTool, readOnlyHints } from "./tool.ts";
import { inputJsonSchema } from "./wire-schema.ts";

const options = {
  signal: new AbortController().signal,
  log: createLogger("error"),
  overHttp: false,
  principal: localUser,
};

const tool = defineTool({
  name: "echo",
  title: "Echo",
  description: "Gives back what it got.",
  input: z.strictObject({
    text: z.string().optional(),
    dry_run: z.boolean().default(false),
    count: z.number().int().optional(),
    ratio: z.number().optional(),
    options: z.looseObject({}).optional(),
    models: z.array(z.string()).optional(),
    flags: z.array(z.boolean()).optional(),
    tool_calls: z
      .array(z.strictObject({ arguments: z.looseObject({}), id: z.string().optional() }))
      .optional(),
    scores: z.record(z.string(), z.number()).optional(),
    keep: alsoTakes(z.string().optional(), (value) => (typeof value === "number" ? String(value) : value)),
  }),
  data: () => z.custom<object>(),
  annotations: readOnlyHints,
  text: () => "",
  handler: async (args) => ({ data: args }),
});

const call = (args: unknown) => callTool({ tool, dependencies: {}, toolset: "test" }, args, options);

test.each<[object, object]>([
  [{ dry_run: "true" }, { dry_run: true }],
  [{ dry_run: "false" }, {}],
  [{ count: "7" }, { count: 7 }],
  [{ count: "-0" }, { count: -0 }],
  [{ ratio: "-1.5e-3" }, { ratio: -0.0015 }],
  [{ options: '{"seed":1}' }, { options: { seed: 1 } }],
  [{ options: ' \n{"seed":"1"}' }, { options: { seed: "1" } }],
  [
    { options: { seed: "1", stop: null, dry_run: "true" } },
    { options: { seed: "1", stop: null, dry_run: "true" } },
  ],
  [{ models: '["a","b"]' }, { models: ["a", "b"] }],
  [{ flags: ["true", false] }, { flags: [true, false] }],
  [{ tool_calls: '[{"arguments":"{\\"a\\":[1]}","id":null}]' }, { tool_calls: [{ arguments: { a: [1] } }] }],
  [{ scores: { a: "1", b: 2 } }, { scores: { a: 1, b: 2 } }],
  [{ text: null, count: null, options: null, dry_run: null, models: null }, {}],
  [{ text: "true" }, { text: "true" }],
  [{ text: "5" }, { text: "5" }],
  [{ text: '{"a":1}' }, { text: '{"a":1}' }],
  [{ models: ["1", "true", '["x"]'] }, { models: ["1", "true", '["x"]'] }],
  [{ keep: -1 }, { keep: "-1" }],
  [{ toolCallId: "call_1", _meta: { a: 1 }, _requestId: 5, text: "x" }, { text: "x" }],
])("%j is taken for %j", async (args, taken) => {
  const { envelope } = await call(args);
  expect(envelope).toMatchObject({ status: "success" });
  expect(envelope.data).toEqual({ dry_run: false, ...taken });
});

test("arguments that are null or absent are none", async () => {
  for (const args of [null, undefined]) expect((await call(args)).envelope.status).toBe("success");
});

test.each<[object, string, RegExp]>([
  [{ dry_run: "yes" }, "dry_run", /boolean/],
  [{ dry_run: 1 }, "dry_run", /boolean/],
  [{ dry_run: "True" }, "dry_run", /boolean/],
  [{ count: "0x10" }, "count", /number/],
  [{ count: "" }, "count", /number/],
  [{ count: " 7" }, "count", /number/],
  [{ count: "7.5" }, "count", /int/],
  [{ count: "1e999" }, "count", /number/i],
  [{ text: 5 }, "text", /string/],
  [{ text: true }, "text", /string/],
  [{ options: "seed=1" }, "options", /object/],
  [{ options: '{"seed":' }, "options", /object/],
  [{ options: "[1]" }, "options", /object/],
  [{ models: "a, b" }, "models", /Send models as a list: \["a, b"\]/],
  [{ models: [null] }, "models[0]", /string/],
  [{ tool_calls: [{ arguments: null }] }, "tool_calls[0].arguments", /object/],
])("%j is refused at %s", async (args, path, words) => {
  const { envelope, text } = await call(args);
  expect(envelope.error).toMatchObject({ code: "VALIDATION_ERROR", details: { path } });
  expect(text).toMatch(words);
});

test.each<[object, string, string]>([
  [{ dryRun: true }, "dryRun", "dry_run"],
  [{ Options: {} }, "Options", "options"],
  [{ model: "x" }, "model", "models"],
  [{ tool_calls: [{ arguments: {}, Id: "x" }] }, "tool_calls[0].Id", "tool_calls[0].id"],
  [{ tool_calls: [{ arguments: {}, _id: "x" }] }, "tool_calls[0]._id", "tool_calls[0].id"],
])("%j has an unknown key: %s, near %s", async (args, path, nearest) => {
  const { envelope, text } = await call(args);
  expect(envelope.error).toMatchObject({ code: "VALIDATION_ERROR", details: { path } });
  expect(text).toContain(`The nearest name is ${nearest}.`);
});

test("JSON in a text has the limits of arguments", async () => {
  const deep = `{"options":${'{"a":'.repeat(500)}1${"}".repeat(500)}}`;
  expect((await call({ options: deep })).envelope.error).toMatchObject({ details: { issue: /64 levels/ } });
  const many = JSON.stringify({ list: Array(100_000).fill(0) });
  expect((await call({ options: many })).envelope.error).toMatchObject({ code: "VALIDATION_ERROR" });
  const twice = JSON.stringify({ list: Array(60_000).fill(0) });
  expect((await call({ options: twice, scores: twice })).envelope.error).toMatchObject({
    code: "VALIDATION_ERROR",
  });
});

test("a key of a prototype is a key like any other", async () => {
  const { envelope } = await call({ options: '{"__proto__":{"dry_run":true}}' });
  expect(Object.getPrototypeOf(envelope.data)).toBe(Object.prototype);
  expect(envelope.data).toMatchObject({ dry_run: false });
});

test("clients see the strict schema", () => {
  expect(inputJsonSchema(tool)).toMatchObject({
    properties: { keep: { type: "string" }, dry_run: { type: "boolean" }, models: { type: "array" } },
    additionalProperties: false,
  });
});
