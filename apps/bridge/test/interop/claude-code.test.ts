import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type BuiltBridge, startBuiltBridge } from "./built-bridge.ts";
import { findClaudeCode } from "./outside-programs.ts";
import { createProgramHome, type ProgramHome } from "./program-home.ts";
import {
  FINAL_ANSWER,
  type ScriptedMessagesApi,
  startScriptedMessagesApi,
  toolResult,
} from "./scripted-messages-api.ts";

const found = findClaudeCode();
const claude = "path" in found ? found.path : "";

const TOOL = "mcp__ollama__ollama_generate";
const quiet = {
  CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: "1",
  DISABLE_AUTOUPDATER: "1",
  // On a busy machine a server takes longer to start than Claude Code waits for it by itself.
  MCP_TIMEOUT: "100000",
};

describe.skipIf("missing" in found)("Claude Code", () => {
  let bridge: BuiltBridge;
  let home: ProgramHome;
  let api: ScriptedMessagesApi | undefined;
  beforeAll(async () => {
    bridge = await startBuiltBridge();
  });
  afterAll(() => bridge?.close());
  beforeEach(async () => {
    home = await createProgramHome();
  });
  afterEach(async () => {
    await Promise.all([api?.close(), home.remove()]);
  });

  const servers = {
    stdio: () => ({ command: bridge.command, args: bridge.args, env: bridge.env }),
    HTTP: () => ({ type: "http", url: bridge.url }),
  };

  /** Has Claude Code work for a model that calls our tool once; returns what the model was asked. */
  async function callTool(transport: keyof typeof servers, input: Record<string, unknown>) {
    api = await startScriptedMessagesApi({ name: TOOL, input });
    const config = join(home.path, "servers.json");
    await writeFile(config, JSON.stringify({ mcpServers: { ollama: servers[transport]() } }));
    const args = [
      "-p",
      "Ask llama3.2.",
      "--mcp-config",
      config,
      "--strict-mcp-config",
      "--allowedTools",
      TOOL,
    ];
    const env = {
      ...quiet,
      ANTHROPIC_BASE_URL: api.url,
      ANTHROPIC_API_KEY: "no-account",
      // Else the model would be shown our tools only after it searched for them.
      ENABLE_TOOL_SEARCH: "false",
    };
    const { exitCode, stdout, stderr } = await home.run(claude, args, env);
    expect(exitCode, stdout + stderr).toBe(0);
    expect(stdout.trim()).toBe(FINAL_ANSWER);
    return api.requests;
  }

  test.each(["stdio", "HTTP"] as const)("brings its model our answer, over %s", async (transport) => {
    const [first, second] = await callTool(transport, { model: "llama3.2", prompt: "ping" });
    expect(toolResult(first)).toBeUndefined();
    const result = toolResult(second);
    expect(result?.is_error ?? false).toBe(false);
    expect(JSON.parse(String(result?.content))).toMatchObject({
      status: "success",
      data: { response: "You said ping", model: "llama3.2" },
      metadata: { tool: "ollama_generate", requestId: expect.stringMatching(/^req_/) },
    });
  });

  test("brings its model the code of a failure and what to do", async () => {
    const [, second] = await callTool("stdio", { model: "no-such-model", prompt: "ping" });
    expect(toolResult(second)).toMatchObject({
      is_error: true,
      content: expect.stringMatching(/^MODEL_NOT_FOUND: .*ollama pull no-such-model/s),
    });
  });

  test("shows its model every tool as we describe it, and our instructions", async () => {
    const [request] = await callTool("stdio", { model: "llama3.2", prompt: "ping" });
    const { tools, instructions } = await bridgeListing();
    const shown = request?.tools?.filter(({ name }) => name.startsWith("mcp__ollama__")) ?? [];
    const expected = tools.map(({ name, description, inputSchema }) => ({
      name: `mcp__ollama__${name}`,
      description,
      input_schema: inputSchema,
    }));
    expect(normalized(shown)).toEqual(normalized(expected.sort((a, b) => a.name.localeCompare(b.name))));
    expect(normalizedText(request)).toContain(normalizedText(instructions).slice(1, -1));
  });

  test("connects to us once it was told to by `claude mcp add`", async () => {
    const variables = Object.entries(bridge.env).flatMap(([name, value]) => ["-e", `${name}=${value}`]);
    const command = [bridge.command, ...bridge.args];
    const added = await home.run(claude, ["mcp", "add", "ollama", ...variables, "--", ...command], quiet);
    expect(added.exitCode, added.stderr).toBe(0);
    const { stdout } = await home.run(claude, ["mcp", "list"], quiet);
    expect(stdout).toMatch(/^ollama: .* - ✔ Connected$/m);
  });

  test("connects to what `init` wrote, in each scope", async () => {
    for (const [scope, server] of [
      ["user", "bridge"],
      ["local", "memory"],
      ["project", "router"],
    ] as const) {
      const flags = ["--client", "claude-code", "--scope", scope, "--servers", server, "--yes"];
      const { exitCode, stderr } = await home.run(bridge.command, [bridge.bin, "init", ...flags]);
      expect(exitCode, stderr).toBe(0);
    }
    const { stdout } = await home.run(claude, ["mcp", "list"], quiet);
    expect(stdout).toMatch(/^ollama-bridge: .* - ✔ Connected$/m);
    expect(stdout).toMatch(/^ollama-memory: .* - ✔ Connected$/m);
    expect(stdout).toMatch(/^ollama-router: .* Pending approval/m);
    expect(JSON.parse(await readFile(join(home.path, ".claude.json"), "utf8"))).toHaveProperty("mcpServers");
  });

  async function bridgeListing() {
    const client = new Client({ name: "interop", version: "1.0.0" });
    await client.connect(new StreamableHTTPClientTransport(new URL(bridge.url)));
    const { tools } = await client.listTools();
    const instructions = client.getInstructions() ?? "";
    await client.close();
    return { tools, instructions };
  }
});

/** Claude Code normalizes what servers say: an ellipsis arrives as three dots. */
const normalizedText = (value: unknown): string => JSON.stringify(value).normalize("NFKC");
const normalized = (value: unknown): unknown => JSON.parse(normalizedText(value));
