// What a client's model has to read before the first question: names, descriptions and input schemas, in bytes of JSON.
import { defaultTools } from "../apps/bridge/src/select-tools.ts";
import { createToolsets } from "../apps/bridge/src/toolsets.ts";
import { bindTools, inputJsonSchema, settingsFromEnvironment } from "../packages/server-kit/src/index.ts";

const BUDGETS = { default: 16_000, all: 36_000 };

const sizes = bindTools(createToolsets(settingsFromEnvironment({}))).map(({ tool }) => {
  const { name, description } = tool;
  return {
    name,
    bytes: Buffer.byteLength(JSON.stringify({ name, description, inputSchema: inputJsonSchema(tool) })),
  };
});
for (const { name, bytes } of sizes.toSorted((a, b) => b.bytes - a.bytes))
  console.log(`${String(bytes).padStart(6)}  ${name}`);

const sum = (list: typeof sizes) => list.reduce((bytes, tool) => bytes + tool.bytes, 0);
const totals = { default: sum(sizes.filter(({ name }) => defaultTools.includes(name))), all: sum(sizes) };
for (const list of ["default", "all"] as const) {
  console.log(`${list}: ${totals[list]} bytes of at most ${BUDGETS[list]}`);
  if (totals[list] > BUDGETS[list]) process.exitCode = 1;
}
