import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from "node:child_process";
import { mkdir, mkdtemp, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join, parse } from "node:path";
import { fileURLToPath } from "node:url";
import { createTestOllama, type TestOllama } from "@ollama-bridge/test-kit";
import { afterEach, beforeEach, expect, onTestFinished, test } from "vitest";

const bin = fileURLToPath(new URL("../dist/bin.js", import.meta.url));
let ollama: TestOllama;
beforeEach(async () => {
  ollama = await createTestOllama({ models: [{ name: "llama3.2", answer: "hello there" }] });
});
afterEach(() => ollama.close());

interface Run {
  child: ChildProcessWithoutNullStreams;
  send(message: object): void;
  output(): { stdout: string; stderr: string };
  exited: Promise<number | null>;
}

function run(args: string[] = [], env: Record<string, string> = {}, cwd = process.cwd()): Run {
  const child = spawn(process.execPath, [bin, ...args], {
    cwd,
    env: { ...process.env, OLLAMA_BASE_URL: ollama.url, ...env },
  });
  let stdout = "";
  let stderr = "";
  child.stdout.on("data", (chunk) => (stdout += chunk));
  child.stderr.on("data", (chunk) => (stderr += chunk));
  return {
    child,
    send: (message) => void child.stdin.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`),
    output: () => ({ stdout, stderr }),
    exited: new Promise((resolve) => child.once("close", resolve)),
  };
}

function initialize({ send }: Run): void {
  const clientInfo = { name: "test", version: "1" };
  send({
    id: 0,
    method: "initialize",
    params: { protocolVersion: "2025-06-18", capabilities: {}, clientInfo },
  });
  send({ method: "notifications/initialized" });
}

const generate = (id: number, prompt: string) => ({
  id,
  method: "tools/call",
  params: { name: "ollama_generate", arguments: { model: "llama3.2", prompt } },
});

const modern = {
  "io.modelcontextprotocol/protocolVersion": "2026-07-28",
  "io.modelcontextprotocol/clientInfo": { name: "test", version: "1" },
  "io.modelcontextprotocol/clientCapabilities": {},
};

test.each([
  ["older", undefined],
  ["newer", modern],
])("two requests of one id at once are both answered, in the %s era", async (_era, _meta) => {
  const pause = ollama.pauseBefore("first-token");
  const server = run();
  if (_meta === undefined) initialize(server);
  const ask = (prompt: string) => {
    const { params, ...message } = generate(1, prompt);
    server.send({ ...message, params: { ...params, _meta } });
  };
  ask("first");
  ask("second");
  await ollama.until(({ inFlight }) => inFlight["/api/generate"] === 2);
  const answers = () =>
    server
      .output()
      .stdout.split("\n")
      .filter((line) => line.includes('"id":1'));
  const bothAnswered = new Promise<void>((resolve) => {
    server.child.stdout.on("data", () => answers().length === 2 && resolve());
  });
  pause.release();
  await bothAnswered;
  server.child.stdin.end();
  expect(await server.exited).toBe(0);
  for (const line of answers())
    expect(JSON.parse(line)).toMatchObject({ id: 1, result: { structuredContent: { status: "success" } } });
});

test.each(["stdin", "SIGTERM", "SIGINT"])(
  "ended by %s it cancels what is generated and exits with 0",
  async (by) => {
    const pause = ollama.pauseBefore("token-2");
    const server = run();
    initialize(server);
    server.send(generate(1, "hi"));
    await pause.reached;
    if (by === "stdin") server.child.stdin.end();
    else server.child.kill(by as NodeJS.Signals);
    await ollama.until(({ aborted, totalInFlight }) => aborted === 1 && totalInFlight === 0);
    expect(await server.exited).toBe(0);
  },
);

test("stdout carries the protocol and nothing else, stderr no key and no prompt", async () => {
  const server = run([], { LOG_LEVEL: "debug", OLLAMA_KEY: "sesame-open", OLLAMA_API_KEY: "sesame-cloud" });
  initialize(server);
  server.send(generate(1, "a private matter"));
  server.send({
    ...generate(2, "another private matter"),
    params: { name: "ollama_generate", arguments: { prompt: "private" } },
  });
  await ollama.until(({ requests, totalInFlight }) => requests["/api/generate"] === 1 && totalInFlight === 0);
  await new Promise<void>((resolve) => {
    const check = () => server.output().stdout.split("\n").filter(Boolean).length >= 3 && resolve();
    server.child.stdout.on("data", check);
    check();
  });
  server.child.stdin.end();
  expect(await server.exited).toBe(0);
  const { stdout, stderr } = server.output();
  for (const line of stdout.split("\n").filter(Boolean))
    expect(JSON.parse(line)).toMatchObject({ jsonrpc: "2.0" });
  expect(stderr).not.toMatch(/sesame|private/);
});

test.each([
  [["--color"], {}, /CONFIG_INVALID: .*--color/],
  [[], { DEFAULT_TIMEOUT_MS: "soon" }, /CONFIG_INVALID: DEFAULT_TIMEOUT_MS/],
  [[], { OLLAMA_BASE_URL: "ftp://x" }, /CONFIG_INVALID: ftp:\/\/x/],
  [["--config", "nowhere.yaml"], {}, /CONFIG_INVALID: nowhere\.yaml/],
  [["--http", "0.0.0.0:0"], {}, /CONFIG_INVALID: .*0\.0\.0\.0/],
])("a wrong configuration %j %j ends with 78 and one line", async (args, env, line) => {
  const server = run(args, env as Record<string, string>);
  expect(await server.exited).toBe(78);
  expect(server.output().stderr.trim()).toMatch(line);
  expect(server.output()).toMatchObject({ stdout: "" });
});

/** A Node on the path that is too old for us, where the machine has one. */
const oldNode = (process.env.PATH ?? "")
  .split(delimiter)
  .map((folder) => join(folder, "node"))
  .find((node) => /^v(1\d|20|21)\./.test(spawnSync(node, ["--version"], { encoding: "utf8" }).stdout ?? ""));

test.skipIf(oldNode === undefined)("an old Node ends in one clear line", () => {
  const { status, stderr, stdout } = spawnSync(oldNode ?? "", [bin], { encoding: "utf8" });
  expect(stderr).toMatch(/^Node 22\.19 or newer is needed; this is \d+\.\d+\.\d+\.\n$/);
  expect({ status, stdout }).toEqual({ status: 1, stdout: "" });
});

test("a client that closes our stdout has gone: exit 0, and what is generated is cancelled", async () => {
  const pause = ollama.pauseBefore("token-2");
  const server = run();
  initialize(server);
  server.send(generate(1, "hi"));
  await pause.reached;
  server.child.stdout.destroy();
  server.send({ id: 2, method: "tools/list" });
  expect(await server.exited).toBe(0);
  await ollama.until(({ aborted }) => aborted === 1);
});

test("started in the home folder it reads no file and says what to set; in a folder of it that folder's only", async () => {
  const home = await realpath(await mkdtemp(join(tmpdir(), "ollama-bridge-home-")));
  onTestFinished(() => rm(home, { recursive: true }));
  const project = join(home, "project");
  await mkdir(project);
  await writeFile(join(home, "secret.txt"), "sesame");
  await writeFile(join(project, "notes.txt"), "alpha");
  const ask = async (cwd: string, file: string) => {
    const server = run([], { HOME: home, USERPROFILE: home }, cwd);
    initialize(server);
    const call = generate(1, "Sum up.");
    Object.assign(call.params.arguments, { files: [file] });
    const answered = new Promise<void>((resolve) => {
      server.child.stdout.on("data", () => /"id":1[,}]/.test(server.output().stdout) && resolve());
    });
    server.send(call);
    await answered;
    server.child.stdin.end();
    expect(await server.exited).toBe(0);
    return server.output().stdout;
  };
  for (const folder of [home, parse(home).root])
    expect(await ask(folder, join(home, "secret.txt"))).toMatch(/VALIDATION_ERROR.*limits\.image_roots/);
  expect(await ask(project, join(home, "secret.txt"))).toMatch(/VALIDATION_ERROR.*outside/);
  expect(ollama.counters.requests["/api/generate"] ?? 0).toBe(0);
  await ask(project, "notes.txt");
  expect(ollama.counters.log.at(-1)?.body).toMatchObject({ prompt: expect.stringMatching(/alpha/) });
});
