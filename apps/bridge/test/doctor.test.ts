import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdir, readdir, readFile, rename, stat, writeFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { createServer, type Socket } from "node:net";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { createTestOllama } from "@ollama-bridge/test-kit";
import pg from "pg";
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from "vitest";
import { createTestPostgres, postgresFolder } from "../../../packages/memory/test/start-postgres.ts";
import { checks } from "../src/doctor/check.ts";
import { createTemporaryHome, type TemporaryHome } from "./temporary-home.ts";

interface Check {
  name: string;
  status: "ok" | "warning" | "problem";
  message: string;
  hint?: string;
  details?: object;
}

const memoryBin = fileURLToPath(new URL("../../../packages/memory/dist/bin.js", import.meta.url));

let home: TemporaryHome;
/** Where this machine's own Ollamas are not looked for. */
let quiet: Record<string, string>;
beforeEach(async () => {
  home = await createTemporaryHome();
  await home.write("quiet.json", JSON.stringify({ discovery: { scan_local: false } }));
  quiet = {
    OLLAMA_BASE_URL: "http://127.0.0.1:9",
    BRIDGE_CONFIG: join(home.path, "quiet.json"),
    XDG_DATA_HOME: join(home.path, "data"),
  };
});
afterEach(() => home.remove());

async function doctor(env: Record<string, string> = {}, ...flags: string[]) {
  const { code, stdout, stderr } = await home.bridge(["doctor", "--json", ...flags], {
    env: { ...quiet, ...env },
  });
  const { ok, checks } = JSON.parse(stdout) as { ok: boolean; checks: Check[] };
  expect(code).toBe(ok ? 0 : 1);
  expect(ok).toBe(checks.every(({ status }) => status !== "problem"));
  for (const { status, hint } of checks) if (status === "problem") expect(hint).toMatch(/\.$/);
  const about = (name: string) => checks.filter((check) => check.name === name);
  return { code, stdout, stderr, checks, about };
}

/** Asks the doctor until it says so of these checks: what a busy machine answers late is rightly told as a problem. */
function doctorUntil(statuses: Record<string, Check["status"]>, env: Record<string, string> = {}) {
  const ask = async () => {
    const diagnosis = await doctor(env);
    for (const [name, status] of Object.entries(statuses))
      expect(diagnosis.about(name)).toMatchObject([{ status }]);
    return diagnosis;
  };
  return vi.waitFor(ask, { timeout: 100_000 });
}

async function startOllama(...names: string[]) {
  const models = names.map((name) => ({
    name,
    capabilities: [name.includes("embed") ? "embedding" : "completion"],
  }));
  const ollama = await createTestOllama({ models });
  onTestFinished(() => ollama.close());
  return ollama;
}

test("where all is well it says what there is, changes nothing on disk, and ends with 0", async () => {
  const ollama = await startOllama("llama3.2", "phi4");
  await fetch(`${ollama.url}/api/generate`, { method: "POST", body: '{"model":"llama3.2"}' });
  await home.bridge(["init", "--client", "codex", "--yes"]);
  const before = await snapshot(home.path);
  const name = `instance ${new URL(ollama.url).host}`;
  const { code, about, stderr } = await doctorUntil({ [name]: "ok" }, { OLLAMA_BASE_URL: ollama.url });
  expect(code).toBe(0);
  expect(stderr).toBe("");
  const [instance] = about(name);
  expect(instance).toMatchObject({
    status: "ok",
    message: expect.stringMatching(
      /^Ollama \S+ at http:.* answers in \d+ ms, has llama3\.2:latest, phi4:latest; loaded: llama3\.2:latest$/,
    ),
    details: { url: ollama.url, models: ["llama3.2:latest", "phi4:latest"], loaded: ["llama3.2:latest"] },
  });
  expect(about("chat")).toMatchObject([
    { status: "ok", details: { models: ["llama3.2:latest", "phi4:latest"] } },
  ]);
  expect(about("memory")).toMatchObject([
    { status: "ok", message: expect.stringContaining("comes with the first entry") },
  ]);
  expect(about("configuration")).toMatchObject([{ status: "ok", message: quiet.BRIDGE_CONFIG }]);
  expect(about("client codex")).toMatchObject([
    {
      status: "ok",
      details: { server: "ollama-bridge", scope: "user", file: join(home.path, ".codex/config.toml") },
    },
  ]);
  expect(about("node")).toMatchObject([
    { status: "ok", message: expect.stringContaining(process.versions.node) },
  ]);
  expect(about("engine")).toMatchObject([{ status: "ok", message: expect.stringContaining("135 million") }]);
  expect(await snapshot(home.path)).toEqual(before);
});

test("a person reads a line per check, without colors where there is no terminal", async () => {
  const { code, stdout } = await home.bridge(["doctor"], {
    env: { ...quiet, NO_COLOR: "", CI: "1", FORCE_COLOR: "1" },
  });
  expect(code).toBe(1);
  expect(stdout).toMatch(/^ok {7}node: Node /m);
  expect(stdout).toMatch(
    /^problem {2}instance 127\.0\.0\.1:9: OLLAMA_CONNECTION_FAILED: .*\n {9}→ .*ollama serve/m,
  );
  expect(stdout).toMatch(/^warning {2}clients: no client has .*\n {9}→ .* init\.$/m);
  expect(stdout).not.toContain("\u001b");
});

describe("instances", () => {
  test("that are black holes do not hold it up", async () => {
    const open: Socket[] = [];
    const blackHole = createServer((socket) => open.push(socket)).listen(0, "127.0.0.1");
    await once(blackHole, "listening");
    onTestFinished(() => {
      for (const socket of open) socket.destroy();
      blackHole.close();
    });
    const { port } = blackHole.address() as AddressInfo;
    const ollama = await startOllama("llama3.2");
    await home.write(
      "quiet.json",
      JSON.stringify({ discovery: { scan_local: false, hosts: ["198.51.100.0/24"] } }),
    );
    const env = {
      OLLAMA_BASE_URL: ollama.url,
      OLLAMA_INSTANCES: `hole=http://127.0.0.1:${port},far=http://198.51.100.7:11434`,
      MEMORY_URL: "postgres://me:secret@198.51.100.7/m",
      REMEMBER_MCP_CONFIG: JSON.stringify({
        command: process.execPath,
        args: ["-e", "setInterval(() => {}, 1000)"],
      }),
    };
    const { code, about } = await doctorUntil({ [`instance ${new URL(ollama.url).host}`]: "ok" }, env);
    expect(code).toBe(1);
    expect(about("instance hole")).toMatchObject([{ status: "problem" }]);
    expect(about("instance far")).toMatchObject([{ status: "problem" }]);
    expect(about("memory")).toMatchObject([
      { status: "problem", message: expect.stringContaining("198.51.100.7") },
    ]);
    expect(about("external memory")).toMatchObject([
      { status: "problem", message: expect.stringContaining("no answer within") },
    ]);
  });

  test("without a model that can chat, or with none at all, get told what to pull", async () => {
    const [embedding, empty] = await Promise.all([startOllama("nomic-embed-text"), startOllama()]);
    const { about } = await doctorUntil(
      { "instance empty": "warning", [`instance ${new URL(embedding.url).host}`]: "ok", chat: "problem" },
      { OLLAMA_BASE_URL: embedding.url, OLLAMA_INSTANCES: `empty=${empty.url}` },
    );
    for (const name of ["instance empty", "chat"])
      expect(about(name)).toMatchObject([{ hint: expect.stringContaining("ollama pull") }]);
  });

  test("that list something unusable are warned of, and the rest of the list counts", async () => {
    const ollama = await startOllama("llama3.2");
    ollama.inject({ kind: "body", path: "/api/tags", body: '{"models":[null,{"name":"llama3.2"}]}' });
    const { about } = await doctor({ OLLAMA_BASE_URL: ollama.url });
    expect(about(`instance ${new URL(ollama.url).host}`)).toMatchObject([
      {
        status: "warning",
        message: expect.stringMatching(
          /has llama3\.2:latest.*1 entry was left out: an entry has to be an object/,
        ),
        hint: expect.stringContaining(ollama.url),
      },
    ]);
  });

  test("that are not there at all are told apart from ones that do not answer", async () => {
    await home.write("quiet.json", JSON.stringify({ discovery: { ports: "9" } }));
    const { about } = await doctor({ OLLAMA_BASE_URL: "" });
    expect(about("instances")).toMatchObject([
      { status: "problem", hint: expect.stringMatching(/ollama serve.* try\.$/) },
    ]);
  });
});

describe("configuration", () => {
  test("of a project that is not trusted is told to count in part", async () => {
    const file = join(home.project, "ollama-bridge.config.yaml");
    await writeFile(
      file,
      "memory: {dir: /x, namespace: n}\ndiscovery: {scan_local: false, hosts: [a]}\nlimits: {max_concurrent_requests: 2}\n",
    );
    const { about } = await doctor({ BRIDGE_CONFIG: "" });
    const details = {
      file,
      ignored: ["discovery.scan_local", "discovery.hosts", "memory.dir", "memory.namespace"],
      counted: ["limits.max_concurrent_requests"],
    };
    expect(about("configuration")).toMatchObject([
      { status: "ok", message: expect.stringMatching(/^no file/) },
      { status: "warning", hint: expect.stringContaining("BRIDGE_TRUST_PROJECT=1"), details },
    ]);
  });

  test.each([
    ["log: {levle: debug}\n", /config\.yaml:1: log\.levle/],
    ["memory: {}\nmemroy: {}\n", /config\.yaml:2: memroy is not a key/],
    ["a: [\n", /config\.yaml:\d: /],
  ])("%j is a problem with its line, and all else is still looked at", async (text, message) => {
    const file = join(home.path, "config.yaml");
    await writeFile(file, text);
    const { about } = await doctor({}, "--config", file);
    expect(about("configuration")).toMatchObject([
      { status: "problem", message: expect.stringMatching(message) },
    ]);
    expect(about("memory")).toMatchObject([{ status: "ok" }]);
  });
});

describe("memory", () => {
  const file = () => join(home.path, "memory", "memory.sqlite");
  const memory = async (env: Record<string, string> = {}) =>
    (await doctor({ MEMORY_DIR: join(home.path, "memory"), ...env })).about("memory");

  test("that is there can be written, and is as it was", async () => {
    const lines = JSON.stringify({ key: "k", value: "v", namespace: "n" });
    await home.write("memory/import.jsonl", `${lines}\n`);
    const env = { ...home.env, ...quiet, MEMORY_DIR: join(home.path, "memory") };
    const made = spawnSync(
      process.execPath,
      [memoryBin, "import", "--file", join(home.path, "memory/import.jsonl")],
      {
        env,
      },
    );
    expect(made.status, String(made.stderr)).toBe(0);
    const before = await snapshot(join(home.path, "memory"));
    expect(await memory()).toMatchObject([{ status: "ok", message: `${file()} can be written` }]);
    expect(await snapshot(join(home.path, "memory"))).toEqual(before);
  });

  test("of another program, or none at all, is a problem and stays as it is", async () => {
    await mkdir(join(home.path, "memory"));
    const other = new DatabaseSync(file());
    other.exec("CREATE TABLE t (x); PRAGMA journal_mode = WAL");
    other.close();
    const before = await snapshot(home.path);
    expect(await memory()).toMatchObject([
      { status: "problem", message: expect.stringContaining("another program") },
    ]);
    expect(await snapshot(home.path)).toEqual(before);
    for (const [text, what] of [
      ["Dear diary", "is damaged"],
      ["", "was emptied"],
    ] as const) {
      await writeFile(file(), text);
      expect(await memory()).toMatchObject([
        { status: "problem", message: expect.stringContaining(what), hint: expect.stringMatching(/backup/) },
      ]);
      expect(await readFile(file(), "utf8")).toBe(text);
    }
    await rename(file(), `${file()}-wal`);
    await writeFile(`${file()}-wal`, "what was written last");
    expect(await memory()).toMatchObject([
      { status: "problem", message: expect.stringContaining("is gone") },
    ]);
    await rename(`${file()}-wal`, file());
    expect(await memory({ MEMORY_DIR: file() })).toMatchObject([
      { status: "problem", message: expect.stringContaining("is not a folder") },
    ]);
  });

  test.skipIf(postgresFolder() === undefined)("in Postgres can be written, and gets no table", async () => {
    const postgres = await createTestPostgres(postgresFolder() ?? "");
    onTestFinished(() => postgres.remove());
    await postgres.start();
    const MEMORY_URL = postgres.url.replace("postgres@", "postgres:secret@");
    const { about } = await doctorUntil({ memory: "ok" }, { MEMORY_URL });
    expect(about("memory")).toMatchObject([{ message: expect.stringMatching(/^postgres:\/\/127/) }]);
    expect(
      await memory({ MEMORY_URL: `${MEMORY_URL}?options=-c%20default_transaction_read_only=on` }),
    ).toMatchObject([{ status: "problem", message: expect.stringContaining("cannot be written") }]);
    const client = new pg.Client({ connectionString: MEMORY_URL });
    await client.connect();
    const { rows } = await client.query("SELECT tablename FROM pg_tables WHERE schemaname = 'public'");
    await client.end();
    expect(rows).toEqual([]);
  });

  test("elsewhere is asked whether it answers", async () => {
    const external = async (config: object) =>
      (await doctor({ REMEMBER_MCP_CONFIG: JSON.stringify(config) })).about("external memory");
    const env = { MEMORY_DIR: join(home.path, "theirs") };
    const theirs = JSON.stringify({ command: process.execPath, args: [memoryBin], env });
    await doctorUntil({ "external memory": "ok" }, { REMEMBER_MCP_CONFIG: theirs });
    expect(await external({ command: "no-such-program" })).toMatchObject([{ status: "problem" }]);
    expect(await external({ url: "http://127.0.0.1:9/mcp" })).toMatchObject([{ status: "problem" }]);
  });
});

describe("clients", () => {
  test("whose command is gone are told how to register it anew", async () => {
    const gone = join(home.path, "gone", "memory", "dist", "bin.js").replace("memory", "packages/memory");
    await home.write(
      ".cursor/mcp.json",
      JSON.stringify({
        mcpServers: {
          "ollama-bridge": { command: "npx", args: ["-y", "ollama-bridge-mcp"] },
          "ollama-memory": { command: process.execPath, args: [gone] },
          "ollama-core": { command: "somebody-elses" },
        },
      }),
    );
    const { about } = await doctor();
    expect(about("client cursor")).toMatchObject([
      {
        status: "problem",
        message: expect.stringContaining("npx is not on the PATH"),
        hint: expect.stringContaining("init --client cursor"),
      },
      { status: "problem", message: expect.stringContaining(gone) },
    ]);
  });

  test("whose file does not parse are named with the line", async () => {
    await home.write(".gemini/settings.json", "{\n  oops\n}");
    const { about } = await doctor();
    expect(about("client gemini")).toMatchObject([
      {
        status: "problem",
        message: expect.stringContaining(`${join(home.path, ".gemini/settings.json")}:2: `),
      },
    ]);
  });
});

test("what is not known in time is a problem, with what to do", async () => {
  const [late] = await checks("instances", 1, () => new Promise(() => undefined));
  expect(late).toMatchObject({ name: "instances", status: "problem", hint: expect.stringMatching(/\.$/) });
});

test("keys are nowhere shown", async () => {
  const args = ["-y", "ollama-bridge-mcp", "--api-key", "sk-secret"];
  await home.write(
    ".cursor/mcp.json",
    JSON.stringify({ mcpServers: { "ollama-bridge": { command: "npx", args } } }),
  );
  const { stdout, stderr, about } = await doctor({
    OLLAMA_KEY: "secret-1",
    OLLAMA_API_KEY: "secret-2",
    OLLAMA_INSTANCES: "a=http://me:secret-3@127.0.0.1:9",
    MEMORY_URL: "postgres://me:secret-4@127.0.0.1:9/m",
    REMEMBER_MCP_CONFIG:
      '{"url":"http://me:secret-5@127.0.0.1:9/mcp?key=secret-6","headers":{"Authorization":"secret-7"}}',
  });
  expect(about("client cursor")).toMatchObject([
    { details: { command: "npx -y ollama-bridge-mcp --api-key ****" } },
  ]);
  expect(stdout + stderr).not.toContain("secret");
});

/** Every file of a folder with its bytes and the time it was written. */
async function snapshot(folder: string): Promise<Record<string, string>> {
  const files: Record<string, string> = {};
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    const { mtimeMs } = await stat(path);
    files[path] = entry.isFile() ? `${mtimeMs} ${await readFile(path, "latin1")}` : "folder";
  }
  return files;
}
