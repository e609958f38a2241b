import * as z from "zod";
import { foundationErrors } from "../../packages/foundation/src/index.ts";
import { inputJsonSchema, type Toolset } from "../../packages/server-kit/src/index.ts";
import { cell, kindsOf, type Schema, typeOf } from "./json-schema.ts";

/** The page of all tools: for each tool a table of its parameters and one of its result, server by server. */
export function toolsPage(toolsets: readonly Toolset[], defaults: readonly string[]): string {
  const seen = new Set<string>();
  const results = new Map<Tool["data"], string>();
  const sections = toolsets.map(({ name, tools }) => {
    const own = tools.filter((tool) => !seen.has(tool.name));
    for (const tool of own) seen.add(tool.name);
    return [`## ${name}`, ...own.map((tool) => toolSection(tool, defaults, results))].join("\n\n");
  });
  return `# Tools

This page is generated from the tools' schemas. The bridge lists the tools marked ● as it comes, all of them with \`--all\`; those
marked ▲ change a machine and are listed with \`--allow-manage\` only. Every answer is the envelope
\`{status, data?, error?, metadata}\` as structured content, and the same as text.

${sections.join("\n\n")}

## Errors

A failed call has \`status: "error"\` and \`error {code, message, details?}\`; its text is \`CODE: what happened. What to do next.\`
Each detail is there where it is known. "Again" says whether the same call may succeed later.

${errorTable(toolsets)}
`;
}

function errorTable(toolsets: readonly Toolset[]): string {
  const families = new Set([foundationErrors, ...toolsets.flatMap(({ errors = [] }) => errors)]);
  const rows = [...families].flatMap(({ definitions }) =>
    Object.entries(definitions).map(([code, { when, hint, retryable, attributedTo, details }]) => {
      const facts = Object.entries(details).map(([name, what]) => `\`${name}\`: ${what}`);
      const cells = [when, hint, retryable ? "yes" : "no", attributedTo, facts.join("; ")].map(cell);
      return `| \`${code}\` | ${cells.join(" | ")} |`;
    }),
  );
  return [
    "| code | when | what to do | again | attributed to | details |",
    "|---|---|---|---|---|---|",
    ...rows,
  ].join("\n");
}

type Tool = Toolset["tools"][number];

function toolSection(tool: Tool, defaults: readonly string[], results: Map<Tool["data"], string>): string {
  const schema = inputJsonSchema(tool) as { properties: Record<string, Schema>; required?: string[] };
  const marks = [defaults.includes(tool.name) && "●", tool.requiresManage && "▲"].filter(Boolean).join(" ");
  const rows = Object.entries(schema.properties).map(([name, property]) => {
    const required = schema.required?.includes(name) && property.default === undefined;
    return `| \`${name}\`${required ? " (required)" : ""} | ${typeOf(property)} | ${cell(property.description ?? "")} |`;
  });
  const table =
    rows.length > 0 ? ["| parameter | type | what |", "|---|---|---|", ...rows].join("\n") : "No parameters.";
  const like = results.get(tool.data);
  if (like === undefined) results.set(tool.data, tool.name);
  const result = like === undefined ? resultTable(tool) : `The result is that of \`${like}\`.`;
  return [`### ${tool.name}${marks ? ` ${marks}` : ""}`, tool.description, table, result].join("\n\n");
}

function resultTable(tool: Tool): string {
  const schema = z.toJSONSchema(tool.data(), { io: "output", unrepresentable: "any" });
  const rows = fieldsOf(schema as Schema, "").map(
    ([key, type, what]) =>
      `| \`${key.path}\`${key.isOptional ? " (optional)" : ""} | ${type} | ${cell(what)} |`,
  );
  return ["| result | type | what |", "|---|---|---|", ...rows].join("\n");
}

type Field = [key: { path: string; isOptional: boolean }, type: string, what: string];

/** The fields inside a schema, those of lists, maps and alternatives included. */
function fieldsOf(schema: Schema, path: string): Field[] {
  const { properties = {}, required = [], additionalProperties: named, items } = schema;
  if (items !== undefined) return fieldsOf(items, `${path}[]`);
  const prefix = path === "" ? "" : `${path}.`;
  const own = Object.entries(properties).flatMap(([name, field]): Field[] => {
    const key = { path: prefix + name, isOptional: !required.includes(name) };
    const inner = fieldsOf(field, key.path);
    const isNoted = inner.length === 0 || key.isOptional || field.description !== undefined;
    return [...(isNoted ? [[key, typeOf(field), field.description ?? ""] satisfies Field] : []), ...inner];
  });
  const ofNamed = typeof named === "object" ? fieldsOf(named, `${prefix}*`) : [];
  return [...own, ...ofNamed, ...alternatives(kindsOf(schema), path)];
}

/** Fields that not every alternative has are optional. */
function alternatives(kinds: readonly Schema[], path: string): Field[] {
  const fields = kinds.filter(({ type }) => type !== "null").map((kind) => fieldsOf(kind, path));
  const merged = new Map<string, Field>();
  for (const [key, type, what] of fields.flat()) {
    const known = merged.get(key.path);
    const types = new Set([...(known?.[1].split(" or ") ?? []), type]);
    const isEverywhere = fields.every((each) => each.some(([other]) => other.path === key.path));
    merged.set(key.path, [
      { path: key.path, isOptional: key.isOptional || !isEverywhere },
      [...types].join(" or "),
      known?.[2] || what,
    ]);
  }
  return [...merged.values()];
}
