import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

test("the library loads nothing but itself and foundation: no MCP SDK, no zod, and undici with the first request only", () => {
  const library = fileURLToPath(new URL("../dist/index.js", import.meta.url));
  const script = `
    const loaded = [];
    require("node:module").registerHooks({ load(url, context, next) { loaded.push(url); return next(url, context); } });
    import(${JSON.stringify(library)}).then(() => console.log(JSON.stringify(loaded)));
  `;
  const loaded = JSON.parse(execFileSync(process.execPath, ["-e", script], { encoding: "utf8" })) as string[];
  expect(loaded.some((url) => url.endsWith("core-client/dist/index.js"))).toBe(true);
  const others = loaded.filter((url) => !/^node:|\/packages\/(core-client|foundation)\/dist\//.test(url));
  expect(others).toEqual([]);
});
