import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type BuiltBridge, startBuiltBridge } from "./built-bridge.ts";
import { findInspector } from "./outside-programs.ts";
import { createProgramHome, type ProgramHome } from "./program-home.ts";

const inspector = findInspector();
/** The Inspector's exit code for a tool that answers with an error. */
const TOOL_ERROR = 5;

let bridge: BuiltBridge;
let home: ProgramHome;
beforeAll(async () => {
  [bridge, home] = await Promise.all([startBuiltBridge(), createProgramHome()]);
});
afterAll(async () => {
  await Promise.all([bridge?.close(), home?.remove()]);
});

const targets = {
  stdio: () => [
    ...Object.entries(bridge.env).flatMap(([name, value]) => ["-e", `${name}=${value}`]),
    "--",
    bridge.command,
    ...bridge.args,
  ],
  HTTP: () => ["--server-url", bridge.url],
};

describe.skipIf("missing" in inspector).each(["stdio", "HTTP"] as const)(
  "the MCP Inspector over %s",
  (transport) => {
    describe.each(["legacy", "modern"])("in the %s era", (era) => {
      const inspect = (...request: string[]) =>
        home.run(process.execPath, [
          "path" in inspector ? inspector.path : "",
          "--cli",
          "--format",
          "json",
          "--protocol-era",
          era,
          ...request,
          ...targets[transport](),
        ]);

      test("lists the tools and has nothing to say against their schemas", async () => {
        const { exitCode, stdout, stderr } = await inspect("--method", "tools/list", "--strict");
        expect(exitCode, stderr).toBe(0);
        // Warnings leave the exit code at 0.
        expect(stderr).not.toMatch(/\d+ errors?, \d+ warnings? across/);
        const names = JSON.parse(stdout).result.tools.map(({ name }: { name: string }) => name);
        expect(names).toContain("ollama_generate");
      });

      test("calls a tool", async () => {
        const { exitCode, stdout, stderr } = await inspect(...callGenerate("llama3.2"));
        expect(exitCode, stderr).toBe(0);
        expect(JSON.parse(stdout).result).toMatchObject({
          content: [
            { type: "text", text: "You said ping" },
            { type: "text", text: expect.stringMatching(/^— llama3.2 on /) },
          ],
          structuredContent: { status: "success", data: { response: "You said ping", model: "llama3.2" } },
        });
      });

      test("sees a failing call as one", async () => {
        const { exitCode, stdout, stderr } = await inspect(...callGenerate("no-such-model"));
        expect(exitCode, stderr).toBe(TOOL_ERROR);
        expect(JSON.parse(stdout).result).toMatchObject({
          isError: true,
          content: [{ text: expect.stringMatching(/^MODEL_NOT_FOUND: .*ollama pull no-such-model/s) }],
          structuredContent: { status: "error", error: { code: "MODEL_NOT_FOUND" } },
        });
      });

      test("lists the resources", async () => {
        const { exitCode, stdout, stderr } = await inspect("--method", "resources/list");
        expect(exitCode, stderr).toBe(0);
        expect(JSON.parse(stdout).result.resources).toContainEqual(
          expect.objectContaining({ uri: "ollama://models", mimeType: "application/json" }),
        );
      });
    });
  },
);

const callGenerate = (model: string) => [
  "--method",
  "tools/call",
  "--tool-name",
  "ollama_generate",
  "--tool-args-json",
  JSON.stringify({ model, prompt: "ping" }),
];
