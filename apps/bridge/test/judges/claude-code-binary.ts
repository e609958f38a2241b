import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/**
 * Where Claude Code's binary for this platform is, or why there is none. The binary comes as a package of its own,
 * which the wrapper package, found by its `manifest`, names; its install script, which only copies it, need not run.
 */
export function findClaudeCode(manifest: string): { path: string } | { missing: string } {
  const wrapper = createRequire(manifest);
  const name = `@anthropic-ai/claude-code-${process.platform}-${process.arch}`;
  const file = process.platform === "win32" ? "claude.exe" : "claude";
  for (const packageName of [name, `${name}-musl`]) {
    try {
      return { path: join(dirname(wrapper.resolve(`${packageName}/package.json`)), file) };
    } catch {
      // Only the packages of this platform are installed.
    }
  }
  return { missing: `${name} is not installed: it is optional, and not every registry or platform has it` };
}
