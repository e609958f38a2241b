import * as z from "zod";
import type { ConfigSection } from "../../packages/server-kit/src/index.ts";
import { cell, type Schema, typeOf } from "./json-schema.ts";

function schemaOf(section: ConfigSection): Schema {
  const { $schema: _, ...schema } = z.toJSONSchema(section.schema, { io: "input", unrepresentable: "any" });
  return schema as Schema;
}

/** The JSON Schema of the configuration file. */
export function configJsonSchema(sections: readonly ConfigSection[]): object {
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "Ollama Bridge configuration",
    type: "object",
    properties: Object.fromEntries(sections.map((section) => [section.name, schemaOf(section)])),
    additionalProperties: false,
  };
}

/** One table a section, one of the environment variables, and one of what counts without trust. */
export function configTables(sections: readonly ConfigSection[]): string {
  const tables = sections.map((section) => {
    const rows = rowsOf(schemaOf(section), "").map(
      ([key, type, value, what]) => `| \`${key}\` | ${type} | ${value} | ${cell(what)} |`,
    );
    return [`### ${section.name}`, "| key | type | default | what |\n|---|---|---|---|", ...rows]
      .join("\n")
      .replace("\n|", "\n\n|");
  });
  const variables = sections.flatMap((section) =>
    Object.entries(section.environment).map(
      ([variable, { key, description }]) =>
        `| \`${variable}\` | \`${section.name}.${key}\` | ${cell(description)} |`,
    ),
  );
  const untrusted = sections.flatMap(({ name, untrusted: keys = {} }) =>
    Object.entries(keys).map(([key, { how }]) => `| \`${name}.${key}\` | ${cell(how)} |`),
  );
  return `${tables.join("\n\n")}

### Variables that set a key

| variable | key | what |
|---|---|---|
${variables.join("\n")}

### Keys that an untrusted project may set

| key | how far |
|---|---|
${untrusted.join("\n")}
`;
}

function rowsOf(schema: Schema, path: string): [string, string, string, string][] {
  const inner = schema.type === "array" && schema.items?.properties ? schema.items : schema;
  const prefix = inner === schema ? path : `${path}[]`;
  return Object.entries(inner.properties ?? {}).flatMap(([name, property]) => {
    const key = prefix === "" ? name : `${prefix}.${name}`;
    const nested = rowsOf(property, key);
    const value = property.default === undefined ? "" : `\`${JSON.stringify(property.default)}\``;
    return nested.length > 0 ? nested : [[key, typeOf(property), value, property.description ?? ""]];
  });
}
