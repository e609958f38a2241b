import { globSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import { settingsFromEnvironment } from "@ollama-bridge/server-kit";
import { bindTools, coerceArguments, inputJsonSchema } from "@ollama-bridge/server-kit/testing";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { createToolsets } from "../src/toolsets.ts";

const root = fileURLToPath(new URL("../../../", import.meta.url));
const files = globSync("packages/*/src/tools/*.ts", { cwd: root }).map((file) => basename(file));
const toolsets = createToolsets(settingsFromEnvironment({}));
const tools = bindTools(toolsets).map(({ tool }) => tool);
const prompts = toolsets.flatMap(({ prompts = [] }) => prompts);

interface Schema {
  type?: string;
  properties?: Record<string, Schema>;
  items?: Schema;
  description?: string;
  enum?: string[];
  maxLength?: number;
  maxItems?: number;
}

interface ResultSchema {
  const?: unknown;
  properties?: Record<string, ResultSchema>;
  items?: ResultSchema;
  anyOf?: ResultSchema[];
  oneOf?: ResultSchema[];
  description?: string;
}

/** The fields that are neither described nor made of fields that are. */
function undescribed(schema: ResultSchema, path: string): string[] {
  const { properties, items, anyOf, oneOf, description } = schema;
  if (items?.properties) return undescribed(items, `${path}[]`);
  if (properties)
    return Object.entries(properties).flatMap(([key, field]) => undescribed(field, `${path}.${key}`));
  if (description !== undefined || schema.const !== undefined) return [];
  const kinds = anyOf ?? oneOf;
  return kinds === undefined ? [path] : kinds.flatMap((kind) => undescribed(kind, path));
}

describe.each(tools.map((tool) => [tool.name, tool] as const))("%s", (name, tool) => {
  const schema = inputJsonSchema(tool) as Schema;

  test("stands in a file of its name, with its test beside it", () => {
    const file = name.replaceAll("_", "-");
    expect(files).toContain(`${file}.ts`);
    expect(files).toContain(`${file}.test.ts`);
  });

  test("takes every parameter in the forms that clients send", () => {
    const texts: Record<string, string> = {
      boolean: "true",
      number: "5",
      integer: "5",
      array: "[]",
      object: "{}",
    };
    for (const [parameter, { type = "" }] of Object.entries(schema.properties ?? {})) {
      const text = texts[type] ?? "5";
      const taken = coerceArguments(tool.input, { [parameter]: text, toolCallId: "call_1", _session: 7 });
      expect(taken).toEqual({ [parameter]: type === "string" ? text : JSON.parse(text) });
    }
  });

  test("says what it answers in at most 400 characters, and has a title", () => {
    expect(tool.description.length).toBeGreaterThan(40);
    expect(tool.description.length).toBeLessThanOrEqual(400);
    expect(tool.title).toBeTruthy();
  });

  test("says what each field of its result is", () => {
    const result = z.toJSONSchema(tool.data(), { io: "output", unrepresentable: "any" });
    expect(undescribed(result as ResultSchema, "data")).toEqual([]);
  });

  test("gives all four hints, none that contradicts another", () => {
    expect(Object.keys(tool.annotations).sort()).toEqual([
      "destructiveHint",
      "idempotentHint",
      "openWorldHint",
      "readOnlyHint",
    ]);
    expect(tool.annotations.readOnlyHint && tool.annotations.destructiveHint).toBe(false);
  });

  test("has a flat schema that every client takes", () => {
    expect(schema).toMatchObject({
      type: "object",
      additionalProperties: false,
      properties: expect.any(Object),
    });
    expect(JSON.stringify(schema)).not.toMatch(/"(anyOf|oneOf|allOf|not|\$ref|const)":/);
    eachSchema(schema, (part) => {
      expect(part.type, JSON.stringify(part)).toBeTypeOf("string");
      if (part.type === "array") expect(part.items).toBeDefined();
    });
  });

  test("bounds every text and every list", () => {
    eachSchema(schema, (part, path) => {
      if (part.type === "string" && part.enum === undefined) expect(part.maxLength, path).toBeGreaterThan(0);
      if (part.type === "array") expect(part.maxItems, path).toBeGreaterThan(0);
    });
  });

  test("describes each parameter in a line", () => {
    for (const [parameter, { description }] of Object.entries(schema.properties ?? {})) {
      expect(description, parameter).toBeTruthy();
      expect(description?.length, parameter).toBeLessThanOrEqual(120);
    }
  });
});

function eachSchema(schema: Schema, visit: (part: Schema, path: string) => void, path = ""): void {
  visit(schema, path);
  for (const [name, part] of Object.entries(schema.properties ?? {}))
    eachSchema(part, visit, `${path}.${name}`);
  if (schema.items) eachSchema(schema.items, visit, `${path}[]`);
}

test("every argument of a prompt is bounded", () => {
  for (const { name, parameters } of prompts) {
    const { properties = {} } = z.toJSONSchema(parameters) as Schema;
    for (const [argument, { maxLength }] of Object.entries(properties))
      expect(maxLength, `${name}.${argument}`).toBeGreaterThan(0);
  }
});
