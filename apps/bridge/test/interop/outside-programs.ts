import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** Where a program is that the servers are tested with, or why it is not there. */
export type OutsideProgram = { path: string } | { missing: string };

export const findInspector = () =>
  announced("the MCP Inspector", find("@modelcontextprotocol/inspector", "clients/launcher/build/index.js"));

export const findConformanceSuite = () =>
  announced("the MCP conformance suite", find("@modelcontextprotocol/conformance", "dist/index.js"));

/** Finds Claude Code's binary. It is a package per platform; the install script of the wrapper, which copies it, need not run. */
export function findClaudeCode(): OutsideProgram {
  const wrapper = find("@anthropic-ai/claude-code", "package.json");
  if ("missing" in wrapper) return announced("Claude Code", wrapper);
  const name = `@anthropic-ai/claude-code-${process.platform}-${process.arch}`;
  const file = process.platform === "win32" ? "claude.exe" : "claude";
  const found = [name, `${name}-musl`].map((each) => find(each, file, wrapper.path));
  const missing = `${name} is not installed: it is optional, and not every registry or platform has it`;
  return announced("Claude Code", found.find((each) => "path" in each) ?? { missing });
}

function find(packageName: string, file: string, from = import.meta.url): OutsideProgram {
  try {
    return { path: join(dirname(createRequire(from).resolve(`${packageName}/package.json`)), file) };
  } catch {
    return { missing: `${packageName} is not installed: \`npm test -- interop\` brings it` };
  }
}

/** Says on stderr which tests are skipped, and why. */
function announced(name: string, program: OutsideProgram): OutsideProgram {
  if ("missing" in program) process.stderr.write(`Skipped: the tests with ${name}. ${program.missing}.\n`);
  return program;
}
