import { renameSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { createTestOllama } from "@ollama-bridge/test-kit";
import { connectClient, spawnHttpServer } from "@ollama-bridge/test-kit/contract";
import { expect, onTestFinished, test, vi } from "vitest";
import { quietEnvironment } from "./quiet-environment.ts";

const bin = fileURLToPath(new URL("../dist/bin.js", import.meta.url));

/** A bridge that serves while its configuration is rewritten. */
async function start() {
  const [first, second] = await Promise.all(
    ["first", "second"].map((answer) => createTestOllama({ models: [{ name: answer, answer }] })),
  );
  if (first === undefined || second === undefined) throw new Error("there are two servers");
  const quiet = await quietEnvironment("");
  const file = quiet.env.BRIDGE_CONFIG ?? "";
  /** In the place of the old file, as editors do it. */
  const write = (text: string) => {
    const beside = join(dirname(file), "beside.yaml");
    writeFileSync(beside, text);
    renameSync(beside, file);
  };
  const configuration = ({ url }: { url: string }, more = "") =>
    `discovery: { scan_local: false }\ninstances: [{ name: only, url: "${url}" }]\n${more}`;
  write(configuration(first));
  const server = await spawnHttpServer(bin, ["serve"], quiet.env);
  const client = await connectClient("2.x legacy", { http: { url: server.url } });
  onTestFinished(async () => {
    await client.close();
    await server.stop();
    await Promise.all([first.close(), second.close(), quiet.clear()]);
  });
  const route = async (category: string) => {
    const { structuredContent } = await client.callTool("route_task", { category, prompt: "hi" });
    return structuredContent as { data?: { response: string }; error?: { code: string } };
  };
  const said = (text: RegExp) =>
    vi.waitFor(() => expect(server.lines.join("\n")).toMatch(text), { timeout: 60_000 });
  return { first, second, write, configuration, route, said };
}

const categories = (model: string) => `routing: { categories: { mine: { models: [${model}] } } }\n`;

test("instances and categories that change are taken while it serves", async () => {
  const { first, second, write, configuration, route, said } = await start();
  expect((await route("mine")).error?.code).toBe("VALIDATION_ERROR");
  write(configuration(first, categories("first")));
  await said(/"keys":\["routing\.categories"\],"msg":"the changed configuration is in use"/);
  expect((await route("mine")).data?.response).toBe("first");
  write(configuration(second, categories("second")));
  await said(/"keys":\["instances","routing\.categories"\]|"keys":\["routing\.categories","instances"\]/);
  expect((await route("mine")).data?.response).toBe("second");
});

test("a wrong file leaves everything as it was, and says where it is wrong", async () => {
  const { first, write, configuration, route, said } = await start();
  write(configuration(first, categories("first")));
  await said(/is in use/);
  write(configuration(first, "routing: { categories: { mine: { models: 3 } } }\n"));
  await said(/:3: routing\.categories\.mine\.models.*stays in use/);
  expect((await route("mine")).data?.response).toBe("first");
});

test("what cannot change while it serves is named", async () => {
  const { first, write, configuration, said } = await start();
  write(configuration(first, "consult: { max_comparison_models: 3 }\n"));
  await said(/"keys":\["consult\.max_comparison_models"\],"msg":"restart required for these changes"/);
});
