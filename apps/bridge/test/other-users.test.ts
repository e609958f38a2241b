import { spawnSync } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type ContractClient, connectClient, type ToolResult } from "@ollama-bridge/test-kit/contract";
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from "vitest";
import {
  createNetworkNamespace,
  type NetworkNamespace,
  NOBODY,
  whyNoNamespaces,
} from "./network-namespace.ts";

const bin = fileURLToPath(new URL("../dist/bin.js", import.meta.url));
const coreBin = fileURLToPath(new URL("../../../packages/core-client/dist/bin.js", import.meta.url));

const ROOT = 0;
const SECRET = "the launch code is 0000";
const FILE_SECRET = "the spare key is under the mat";
/** What listeners of other users may be asked. */
const LOOK_UPS = new Set(["/api/version", "/api/tags", "/api/ps", "/api/show"]);

const modelsAnswering = (answer: string) => [
  { name: "phi4", answer },
  { name: "qwen2.5-coder:7b", answer },
  { name: "nomic-embed-text", capabilities: ["embedding"] },
];

const why = whyNoNamespaces();
describe.skipIf(why !== undefined)(`servers of other users${why === undefined ? "" : ` (${why})`}`, () => {
  let network: NetworkNamespace;
  let folder: string;
  let env: Record<string, string>;
  let secretFile: string;

  beforeEach(async () => {
    network = await createNetworkNamespace();
    folder = await mkdtemp(join(tmpdir(), "ollama-bridge-users-"));
    secretFile = join(folder, "secret.txt");
    await writeFile(secretFile, FILE_SECRET);
    const config = join(folder, "config.json");
    await writeFile(config, JSON.stringify({ limits: { image_roots: [folder] } }));
    env = { HOME: folder, XDG_DATA_HOME: folder, MEMORY_DIR: folder, BRIDGE_CONFIG: config, NO_COLOR: "1" };
  });
  afterEach(async () => {
    await network.close();
    await rm(folder, { recursive: true });
  });

  async function serve(more: Record<string, string> = {}, program = bin): Promise<ContractClient> {
    const flags = program === bin ? ["serve", "--all"] : [];
    const [command, args] = network.inNamespace(process.execPath, program, ...flags);
    const client = await connectClient("2.x modern", { stdio: { command, args, env: { ...env, ...more } } });
    onTestFinished(() => client.close());
    return client;
  }

  function run(...args: string[]) {
    const [command, all] = network.inNamespace(process.execPath, bin, ...args);
    return spawnSync(command, all, { encoding: "utf8", cwd: folder, env: { ...process.env, ...env } });
  }

  /** Every way a prompt or a file's text can go. */
  const calls = (): [tool: string, args: Record<string, unknown>][] => {
    const prompt = { prompt: SECRET, files: [secretFile] };
    const localOnly = { ...prompt, privacy: "local_only" };
    const messages = [{ role: "user", content: SECRET }];
    return [
      ["ask_model", { model: "phi4", ...prompt }],
      ["route_task", { category: "code", ...prompt }],
      ["route_task", { category: "code", ...localOnly }],
      ["route_request", prompt],
      ["route_request", localOnly],
      ["route_request", { model: "phi4", ...localOnly }],
      ["batch_ask", { models: ["phi4", "qwen2.5-coder:7b"], ...prompt }],
      ["sequential_consultation_chain", { consultants: [{ id: "a", model: "phi4", prompt: SECRET }] }],
      ["sequential_consultation_chain", { consultants: [{ id: "a", model: "auto", prompt: SECRET }] }],
      ["consult_ollama", { model: "phi4", ...prompt }],
      ["compare_ollama_models", { models: ["phi4"], prompt: SECRET }],
      ["ollama_generate", { model: "phi4", ...prompt }],
      ["ollama_chat", { model: "phi4", messages }],
      ["ollama_embed", { model: "nomic-embed-text", input: [SECRET] }],
    ];
  };

  const textOf = (result: ToolResult) => result.content[0]?.text;

  async function expectOnlyLookUps({ requests }: { requests(): Promise<string> }) {
    const log = await requests();
    expect(log).not.toContain(SECRET);
    expect(log).not.toContain(FILE_SECRET);
    const paths = new Set((JSON.parse(log) as { path: string }[]).map(({ path }) => path));
    expect([...paths].filter((path) => !LOOK_UPS.has(path) && !path.startsWith("/__control"))).toEqual([]);
  }

  test.each([11_434, 11_487])(
    "get no prompt and no file on port %i, and every call says why",
    async (port) => {
      const stranger = await network.startOllama(NOBODY, port, { models: modelsAnswering("stranger") });
      const client = await serve();
      const found = await client.callTool("discover_instances", {});
      const instance = { routable: false, reason: expect.stringMatching(/^listens as user nobody: add it/) };
      expect(found.structuredContent).toMatchObject({ data: { instances: [{ port, ...instance }] } });
      expect(textOf(found)).toContain("not used: listens as user nobody");
      const status = await client.callTool("fleet_status", {});
      expect(status.structuredContent).toMatchObject({ data: { instances: [instance] } });
      for (const [tool, args] of calls()) {
        const result = await client.callTool(tool, args);
        expect([tool, result.isError]).toEqual([tool, true]);
        expect([tool, textOf(result)]).toEqual([tool, expect.stringMatching(/listens as user nobody/)]);
      }
      await expectOnlyLookUps(stranger);
    },
  );

  test("are left alone where this user's Ollama on another port has the models", async () => {
    const stranger = await network.startOllama(NOBODY, 11_434, { models: modelsAnswering("stranger") });
    await network.startOllama(ROOT, 11_435, { models: modelsAnswering("own") });
    const client = await serve();
    for (const [tool, args] of calls()) {
      const result = await client.callTool(tool, args);
      expect([tool, result.isError ?? false]).toEqual([tool, false]);
      if (tool !== "ollama_embed")
        expect([tool, textOf(result)]).toEqual([tool, expect.stringContaining("own")]);
    }
    await expectOnlyLookUps(stranger);
  });

  test("get nothing where they took the port of this user's Ollama, until it is back", async () => {
    const models = modelsAnswering("own");
    const ask = { model: "phi4", prompt: SECRET };
    const own = await network.startOllama(ROOT, 11_434, { models });
    const client = await serve();
    expect(textOf(await client.callTool("ask_model", ask))).toBe("own");
    await own.stop();
    const stranger = await network.startOllama(NOBODY, 11_434, { models: modelsAnswering("stranger") });
    const refused = await client.callTool("ask_model", ask);
    expect(refused.isError).toBe(true);
    expect(textOf(refused)).toMatch(/listens as user nobody/);
    for (const [tool, args] of calls())
      expect([tool, (await client.callTool(tool, args)).isError]).toEqual([tool, true]);
    await expectOnlyLookUps(stranger);
    await stranger.stop();
    await network.startOllama(ROOT, 11_434, { models });
    expect(textOf(await client.callTool("ask_model", ask))).toBe("own");
  });

  test("are used when the operator names them", async () => {
    await network.startOllama(NOBODY, 11_487, { models: modelsAnswering("named") });
    const client = await serve({ OLLAMA_INSTANCES: "theirs=http://127.0.0.1:11487" });
    const args = { category: "code", prompt: "hi", privacy: "local_only" };
    expect(textOf(await client.callTool("route_task", args))).toBe("named");
  });

  test("get neither prompts nor keys at the default address of a single server", async () => {
    const stranger = await network.startOllama(NOBODY, 11_434, { models: modelsAnswering("stranger") });
    const client = await serve({}, coreBin);
    expect(textOf(await client.callTool("ollama_list_models", {}))).toContain("phi4");
    const result = await client.callTool("ollama_generate", { model: "phi4", prompt: SECRET });
    expect(textOf(result)).toMatch(
      /^OLLAMA_CONNECTION_FAILED: Nothing is sent to http:\/\/localhost:11434: it listens as user nobody.*OLLAMA_BASE_URL/s,
    );
    const withKey = await serve({ OLLAMA_KEY: "sesame" }, coreBin);
    expect((await withKey.callTool("ollama_list_models", {})).isError).toBe(true);
    await expectOnlyLookUps(stranger);
    expect(await stranger.requests()).not.toContain("sesame");
    const named = await serve({ OLLAMA_HOST: "localhost" }, coreBin);
    expect(textOf(await named.callTool("ollama_generate", { model: "phi4", prompt: "hi" }))).toBe("stranger");
  });

  test("are offered by doctor and init, with the line that names them", async () => {
    await network.startOllama(NOBODY, 11_487, { models: modelsAnswering("stranger") });
    const line = "OLLAMA_INSTANCES=localhost:11487=http://127.0.0.1:11487";
    const { stdout } = run("doctor");
    expect(stdout).toMatch(/^warning {2}instance localhost:11487: .*listens as user nobody/m);
    expect(stdout).toContain(line);
    const { stdout: said } = run("init", "--client", "codex", "--yes");
    expect(said).toMatch(/Written\..*\nlocalhost:11487 listens as user nobody/);
    expect(said).toContain(`--env ${line}`);
    const named = {
      env: { ...process.env, ...env, OLLAMA_INSTANCES: line.slice("OLLAMA_INSTANCES=".length) },
    };
    const [command, args] = network.inNamespace(process.execPath, bin, "doctor");
    expect(spawnSync(command, args, { encoding: "utf8", cwd: folder, ...named }).stdout).toMatch(
      /^ok {7}instance localhost:11487: /m,
    );
  });
});
