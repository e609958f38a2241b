import { inputJsonSchema, type Toolset } from "../../packages/server-kit/src/index.ts";

type Schema = { type?: string; enum?: string[]; items?: Schema; description?: string; default?: unknown };

const cell = (text: string) => text.replaceAll("|", "\\|").replaceAll("\n", " ");

function typeOf({ type, enum: values, items }: Schema): string {
  if (values) return values.map((value) => `\`${value}\``).join(", ");
  return type === "array" && items ? `${typeOf(items)}[]` : (type ?? "any");
}

/** The page of all tools: one table a tool, server by server. */
export function toolsPage(toolsets: readonly Toolset[], defaults: readonly string[]): string {
  const seen = new Set<string>();
  const sections = toolsets.map(({ name, tools }) => {
    const own = tools.filter((tool) => !seen.has(tool.name));
    for (const tool of own) seen.add(tool.name);
    return [`## ${name}`, ...own.map((tool) => toolSection(tool, defaults))].join("\n\n");
  });
  return `# Tools

This page is generated from the tools' schemas. The bridge lists the tools marked ● as it comes, all of them with \`--all\`; those
marked ▲ change a machine and are listed with \`--allow-manage\` only. Every answer is the envelope
\`{status, data?, error?, metadata}\` as structured content, and the same as text.

${sections.join("\n\n")}
`;
}

function toolSection(tool: Toolset["tools"][number], defaults: readonly string[]): string {
  const schema = inputJsonSchema(tool) as { properties: Record<string, Schema>; required?: string[] };
  const marks = [defaults.includes(tool.name) && "●", tool.requiresManage && "▲"].filter(Boolean).join(" ");
  const rows = Object.entries(schema.properties).map(([name, property]) => {
    const required = schema.required?.includes(name) && property.default === undefined;
    return `| \`${name}\`${required ? " (required)" : ""} | ${typeOf(property)} | ${cell(property.description ?? "")} |`;
  });
  const table =
    rows.length > 0 ? ["| parameter | type | what |", "|---|---|---|", ...rows].join("\n") : "No parameters.";
  return [`### ${tool.name}${marks ? ` ${marks}` : ""}`, tool.description, table].join("\n\n");
}
