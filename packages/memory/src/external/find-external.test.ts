import { expect, it } from "vitest";
import { commandArguments, locationOf } from "./find-external.ts";

it("takes arguments as a JSON array or as words", () => {
  expect(commandArguments('["-y", "a b"]')).toEqual(["-y", "a b"]);
  expect(commandArguments("  -y  server ")).toEqual(["-y", "server"]);
  expect(commandArguments("")).toEqual([]);
  expect(() => commandArguments('["-y"')).toThrow(/MEMORY_MCP_ARGS/);
  expect(() => commandArguments("[1]")).toThrow(/MEMORY_MCP_ARGS/);
});

it("names a place without what may be secret", () => {
  const server = (config: object) => locationOf({ id: "", source: "here", config });
  expect(server({ url: "https://me:secret@host:8443/mcp?token=secret" })).toBe("https://host:8443/mcp");
  expect(server({ command: "npx", args: ["--token", "secret"], env: { KEY: "secret" } })).toBe("npx (here)");
});
