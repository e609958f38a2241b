// Imports point down only. The same rules must catch a wrong import in the sample, or they see nothing at all.
import { cruise } from "dependency-cruiser";

// From the top; a package may import those in later rows, and those of its own row where it names them.
const layers = [
  ["apps/bridge"],
  ["router"],
  ["consult"],
  ["discovery"],
  ["messages"],
  ["memory"],
  ["core-client"],
  ["storage"],
  ["server-kit"],
  ["foundation"],
];

const folder = (name) => (name.startsWith("apps/") ? name : `packages/${name}`);
const inFolders = (names) => `(^|/)(${names.map(folder).join("|")})/src/`;

const forbidden = layers.flatMap((row, index) =>
  row.map((name) => {
    const below = layers.slice(index + 1).flat();
    // The bridge alone may start the engine, which knows nobody.
    const allowed = [name, ...below, ...(name === "apps/bridge" ? ["engine"] : [])];
    return {
      name: `${name} imports only what is below it`,
      severity: "error",
      from: { path: inFolders([name]), pathNot: "\\.test\\.ts$" },
      to: { path: "(^|/)(packages|apps)/[^/]+/", pathNot: allowed.map((each) => `(^|/)${folder(each)}/`) },
    };
  }),
);
forbidden.push({
  name: "engine imports only foundation",
  severity: "error",
  from: { path: inFolders(["engine"]), pathNot: "\\.test\\.ts$" },
  to: { path: "(^|/)(packages|apps)/[^/]+/", pathNot: "(^|/)packages/(engine|foundation)/" },
});
forbidden.push({
  name: "no cycles",
  severity: "error",
  from: {},
  to: { circular: true, viaOnly: { pathNot: "node_modules" } },
});

async function check(paths) {
  const { output } = await cruise(paths, {
    ruleSet: { forbidden },
    validate: true,
    parser: "swc", // the default parser sees no file under TypeScript 7, and says nothing of it
    tsPreCompilationDependencies: true,
    doNotFollow: { path: "node_modules|/dist/" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["@ollama-bridge/source", "import", "node", "default"],
    },
  });
  return { files: output.summary.totalCruised, violations: output.summary.violations };
}

const project = await check(["packages", "apps"]);
const sample = await check(["scripts/layer-sample"]);

for (const { rule, from, to } of project.violations) console.error(`${rule.name}: ${from} → ${to}`);
if (project.files < 20)
  console.error(`Only ${project.files} files were seen; the parser does not read them.`);
if (sample.violations.length === 0)
  console.error("The deliberately wrong import of the sample was not caught.");
const sound = project.violations.length === 0 && project.files >= 20 && sample.violations.length > 0;
if (sound)
  console.log(`${project.files} files, every import points down; the wrong one of the sample was caught.`);
process.exitCode = sound ? 0 : 1;
