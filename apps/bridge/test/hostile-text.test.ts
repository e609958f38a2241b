import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { fileURLToPath } from "node:url";
import { createTestOllama, type TestOllama } from "@ollama-bridge/test-kit";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { ProgressLine } from "../src/commands/progress-line.ts";
import { type QuietEnvironment, quietEnvironment } from "./quiet-environment.ts";

const bin = fileURLToPath(new URL("../dist/bin.js", import.meta.url));
const serverKit = new URL("../../../packages/server-kit/dist/index.js", import.meta.url).href;

/** Writes the clipboard, goes on as another terminal would read it, and turns what follows around. */
const HOSTILE = "\u001b]52;c;cm0gLXJm\u0007\u009b31m\u202e\u2066\u007f";
const STEERING = /(?!\n|\t)[\p{Cc}\p{Bidi_Control}]/u;

let ollama: TestOllama;
let quiet: QuietEnvironment;
let project: string;

beforeAll(async () => {
  ollama = await createTestOllama({
    version: "0.33.0",
    models: [
      { name: "phi4", answer: `one\n\ttwo${HOSTILE}three`, family: `phi${HOSTILE}` },
      { name: `evil${HOSTILE}`, answer: "x", capabilities: ["completion", HOSTILE] },
    ],
  });
  quiet = await quietEnvironment(ollama.url);
  project = await mkdtemp(join(tmpdir(), "ollama-bridge-hostile-"));
});
afterAll(async () => {
  await ollama.close();
  await quiet.clear();
  await rm(project, { recursive: true });
});

function bridge(...args: string[]): Promise<{ stdout: string; stderr: string }> {
  const options = { cwd: project, env: { ...process.env, ...quiet.env, HOME: project } };
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [bin, ...args], options, (_error, stdout, stderr) =>
      resolve({ stdout, stderr }),
    );
    child.stdin?.end();
  });
}

function expectHarmless({ stdout, stderr }: { stdout: string; stderr: string }): void {
  expect(stdout).not.toMatch(STEERING);
  expect(stderr).not.toMatch(STEERING);
}

describe("what servers send does not steer a terminal", () => {
  test.each([
    ["scan", /0\.33\.0/],
    ["scan --json", /0\.33\.0/],
    ["models", /phi4/],
    ["models --json", /phi4/],
    ["doctor", /0\.33\.0/],
    ["doctor --json", /0\.33\.0/],
    ["ask phi4 hi", /^one\n\ttwo\\u001b\]52;c;cm0gLXJm\\u0007\\u009b31m\\u202e\\u2066\\u007fthree\n$/],
    ["ask phi4 hi --json", /one\\n\\ttwo\\u001b/],
    ["route hi --dry-run", /Would run on/],
    ["try", /Ollama 0\.33\.0/],
  ])("%s", async (command, shown) => {
    const said = await bridge(...command.split(" "));
    expectHarmless(said);
    expect(said.stdout).toMatch(shown);
  });

  test("the explanation of a route", async () => {
    const said = await bridge("route", "hi", "--explain", "--performance", "powerful");
    expectHarmless(said);
    expect(said.stderr).toMatch(/on 127\.0\.0\.1/);
  });

  test("errors", async () => {
    ollama.inject({ kind: "error-after-tokens", tokens: 0, message: `broke${HOSTILE}` });
    onTestFinished(() => ollama.clearFaults());
    const said = await bridge("ask", "phi4", "hi");
    expectHarmless(said);
    expect(said.stderr).toMatch(/OLLAMA_PROCESSING_ERROR/);
    const missing = await bridge("ask", `none${HOSTILE}`, "hi");
    expectHarmless(missing);
    expect(missing.stderr).toMatch(/MODEL_NOT_FOUND: none\\u001b/);
    expectHarmless(await bridge("ask", "phi4", "hi", `--${HOSTILE}`));
  });
});

test("init does not show what a project's own file holds as it is", async () => {
  const server = { command: "npx", args: ["-y", "ollama-bridge-mcp", HOSTILE], [HOSTILE]: HOSTILE };
  await mkdir(join(project, ".git"));
  await writeFile(join(project, ".mcp.json"), JSON.stringify({ mcpServers: { "ollama-bridge": server } }));
  for (const flag of ["--dry-run", "--remove"]) {
    const said = await bridge("init", "--client", "claude-code", "--scope", "project", flag);
    expectHarmless(said);
    expect(said.stdout).toContain("Claude Code");
  }
  expectHarmless(await bridge("doctor"));
});

test("the log holds what it is given in escapes", async () => {
  const program = `const { createLogger } = await import(${JSON.stringify(serverKit)});
    createLogger("info").warn({ err: ${JSON.stringify(HOSTILE)} }, ${JSON.stringify(HOSTILE)});`;
  const { stderr } = await new Promise<{ stderr: string }>((resolve) =>
    execFile(process.execPath, ["--input-type=module", "-e", program], (_error, _stdout, stderr) =>
      resolve({ stderr }),
    ),
  );
  expect(stderr).not.toMatch(STEERING);
  expect(JSON.parse(stderr)).toMatchObject({ level: "warn", err: HOSTILE, msg: HOSTILE });
});

test("a progress line moves nothing but its own line", () => {
  const terminal = Object.assign(new PassThrough(), { isTTY: true });
  new ProgressLine(terminal as never).show({ message: `loading ${HOSTILE}\nmore` });
  // What it writes itself: to the line's beginning, clear, dim.
  const own = ["\r\u001b[2K", "\u001b[2m", "\u001b[22m"];
  const shown = own.reduce((text, code) => text.replaceAll(code, ""), String(terminal.read()));
  expect(shown).not.toMatch(STEERING);
  expect(shown).not.toContain("\n");
});
