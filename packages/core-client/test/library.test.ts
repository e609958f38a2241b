import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

test("the library never loads the MCP SDK, nor undici before a request", () => {
  const library = fileURLToPath(new URL("../dist/index.js", import.meta.url));
  const script = `
    const loaded = [];
    require("node:module").registerHooks({ load(url, context, next) { loaded.push(url); return next(url, context); } });
    import(${JSON.stringify(library)}).then(() => console.log(JSON.stringify(loaded)));
  `;
  const loaded = JSON.parse(execFileSync(process.execPath, ["-e", script], { encoding: "utf8" })) as string[];
  expect(loaded.some((url) => url.endsWith("core-client/dist/index.js"))).toBe(true);
  expect(loaded.filter((url) => /@modelcontextprotocol|undici|pino/.test(url))).toEqual([]);
});
