import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { memoryServerIn, projectFiles } from "./mcp-json.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "memory-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

async function read(text: string) {
  const file = join(folder, ".vscode", "mcp.json");
  mkdirSync(join(folder, ".vscode"), { recursive: true });
  writeFileSync(file, text);
  const said: string[] = [];
  const note = (_fields: object, message: string) => void said.push(message);
  const log = { debug: note, info: note, warn: note, error: note };
  return { server: memoryServerIn(file, text, { TOKEN: "t" }, log), said };
}

it("reads comments, trailing commas and the client's variables", async () => {
  const { server } = await read(`{
    // "servers" as VS Code has it
    "servers": { "other": {}, "memory": { "command": "\${workspaceFolder}/run", "args": ["// no comment, }", "\${userHome}"],
      "env": { "T": "\${env:TOKEN}" }, "disabled": false, }, } /* end */ }`);
  expect(server).toEqual({
    command: `${folder}/run`,
    args: ["// no comment, }", homedir()],
    env: { T: "t" },
  });
});

it("reads mcpServers, over HTTP too", async () => {
  const { server } = await read(
    '{"mcpServers": {"memory": {"type": "http", "url": "https://host/mcp", "headers": {"A": "b"}}}}',
  );
  expect(server).toEqual({ type: "http", url: "https://host/mcp", headers: { A: "b" } });
});

it("names what it cannot use, and passes it over", async () => {
  for (const text of [
    `{"servers": {"memory": {"command": "\${input:path}"}}}`,
    '{"servers": {"memory": {}}}',
    "{",
  ]) {
    const { server, said } = await read(text);
    expect(server).toBeUndefined();
    expect(said).toHaveLength(1);
  }
  expect(await read('{"servers": {"github": {"command": "x"}}}')).toEqual({ server: undefined, said: [] });
});

it("looks from a folder upwards", () => {
  expect(projectFiles("/a/b")).toEqual(["/a/b/.vscode/mcp.json", "/a/.vscode/mcp.json", "/.vscode/mcp.json"]);
});

it.each([
  ["comments that are not closed", "/* ".repeat(80_000)],
  ["strings that are not closed", '"\\'.repeat(120_000)],
  ["variables that are not closed", `{"servers": {"memory": {"command": "${"${$".repeat(80_000)}"}}}`],
])("reads a file of many %s in one pass", async (_, text) => {
  const { said } = await read(text);
  expect(said.length).toBeLessThanOrEqual(1);
});
