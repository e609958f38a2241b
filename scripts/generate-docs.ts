// Writes what can be read off the schemas: docs/tools.md, the tables of docs/configuration.md and the JSON Schema of the
// configuration file for editors. With `--check` it only says what is behind, and what docs/origins.md names that is not there.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { configSections } from "../apps/bridge/src/config-sections.ts";
import { defaultTools } from "../apps/bridge/src/select-tools.ts";
import { createToolsets } from "../apps/bridge/src/toolsets.ts";
import { settingsFromEnvironment } from "../packages/server-kit/src/index.ts";
import { configJsonSchema, configTables } from "./docs/config-docs.ts";
import { faultsOfOrigins } from "./docs/origins-check.ts";
import { toolsPage } from "./docs/tool-docs.ts";

const BEGIN = "<!-- generated from the schemas: npm run docs:write -->";
const END = "<!-- end of what is generated -->";

/** The page with what stands between its marks replaced. */
function between(path: string, generated: string): string {
  const page = readFileSync(path, "utf8");
  const [before, after] = [page.indexOf(BEGIN), page.indexOf(END)];
  if (before === -1 || after === -1) throw new Error(`${path} has no marks for what is generated`);
  return `${page.slice(0, before)}${BEGIN}\n\n${generated}\n${page.slice(after)}`;
}

const toolsets = createToolsets(settingsFromEnvironment({}));
const files = {
  "docs/tools.md": toolsPage(toolsets, defaultTools),
  "docs/configuration.md": between("docs/configuration.md", configTables(configSections)),
  "docs/config.schema.json": `${JSON.stringify(configJsonSchema(configSections), null, 2)}\n`,
};

const behind = Object.entries(files).filter(
  ([path, text]) => !existsSync(path) || readFileSync(path, "utf8") !== text,
);
if (process.argv.includes("--check")) {
  for (const [path] of behind)
    console.error(`${path} is behind the schemas; write it with: npm run docs:write`);
  const faults = faultsOfOrigins("docs/origins.md", toolsets);
  for (const fault of faults) console.error(fault);
  process.exitCode = behind.length + faults.length > 0 ? 1 : 0;
} else {
  for (const [path, text] of behind) writeFileSync(path, text);
  console.log(
    behind.length > 0 ? `written: ${behind.map(([path]) => path).join(", ")}` : "everything is in step",
  );
}
