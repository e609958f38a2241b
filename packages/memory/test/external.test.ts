import { spawn } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { createTestOllama } from "@ollama-bridge/test-kit";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { eventually, MemoryClient, serverCommand, temporaryFolder } from "./memory-client.ts";

const official = createRequire(import.meta.url).resolve("@modelcontextprotocol/server-memory/dist/index.js");

let folder: ReturnType<typeof temporaryFolder>;
let graphFile: string;
const open: MemoryClient[] = [];
beforeEach(() => {
  folder = temporaryFolder();
  graphFile = join(folder.path, "graph.jsonl");
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
  folder.remove();
});

/** A server of ours whose own store is in `folder`. */
async function start(
  env: Record<string, string>,
  options: { cwd?: string; args?: string[] } = {},
): Promise<MemoryClient> {
  const server = await MemoryClient.start(
    { MEMORY_DIR: join(folder.path, "own"), ...env },
    { cwd: folder.path, ...options },
  );
  open.push(server);
  return server;
}

const graphServer = () => ({
  command: process.execPath,
  args: [official],
  env: { MEMORY_FILE_PATH: graphFile },
});
const graph = () =>
  existsSync(graphFile)
    ? readFileSync(graphFile, "utf8")
        .split("\n")
        .filter(Boolean)
        .map((line) => JSON.parse(line))
    : [];
const config = (server: object) => ({ REMEMBER_MCP_CONFIG: JSON.stringify(server) });

describe("the official memory server as the external memory", () => {
  it("gets every entry, its rewriting and its forgetting", async () => {
    const memory = await start(config(graphServer()));
    await memory.externalReached();
    const first = await memory.data("remember_consult", {
      key: "a/b",
      value: "first",
      tags: ["t"],
      namespace: "my space",
    });
    expect(first).toEqual({
      key: "a/b",
      stored: true,
      size: 5,
      backend: "memory-server",
      location: `${process.execPath} (REMEMBER_MCP_CONFIG)`,
    });
    expect(graph()).toMatchObject([
      {
        type: "entity",
        name: "my%20space/a/b",
        observations: ["first", expect.stringContaining('"tags":["t"]')],
      },
    ]);

    writeFileSync(
      graphFile,
      `${readFileSync(graphFile, "utf8")}\n${JSON.stringify({ type: "relation", from: "my%20space/a/b", to: "x", relationType: "about" })}`,
    );
    await memory.data("remember_consult", { key: "a/b", value: "second", namespace: "my space" });
    expect(graph()).toMatchObject([
      { observations: ["second", expect.any(String)] },
      { type: "relation", to: "x" },
    ]);

    expect(await memory.data("forget", { key: "a/b", namespace: "my space" })).toEqual({ forgotten: true });
    expect(graph()).toEqual([]);
  });

  it("is asked for what our own store does not have, and ours wins", async () => {
    const lines = [
      {
        type: "entity",
        name: "Ada",
        entityType: "person",
        observations: ["wrote the first program", "likes looms"],
      },
      { type: "entity", name: "Bob", entityType: "person", observations: ["writes a program too"] },
    ];
    writeFileSync(graphFile, lines.map((line) => JSON.stringify(line)).join("\n"));
    const memory = await start(config(graphServer()));
    await memory.externalReached();
    expect(await memory.data("recall", { key: "Ada" })).toEqual({
      key: "Ada",
      value: "wrote the first program\nlikes looms",
      metadata: { entityType: "person" },
      tags: [],
    });
    await memory.data("remember_consult", { key: "Bob", value: "our own program about Bob" });
    const found = await memory.data("search_memories", { query: "program" });
    expect(found).toMatchObject({
      total: 2,
      results: [{ key: "Bob", snippet: "our own program about Bob" }, { key: "Ada" }],
    });
    const first = await memory.data("search_memories", { query: "program", limit: 1 });
    const second = await memory.data("search_memories", {
      query: "program",
      limit: 1,
      cursor: first.nextCursor,
    });
    expect([first.total, second.total]).toEqual([2, 2]);
    expect([first.results[0].key, second.results[0].key, second.nextCursor]).toEqual([
      "Bob",
      "Ada",
      undefined,
    ]);
    expect(await memory.data("search_memories", { query: "program", namespace: "elsewhere" })).toMatchObject({
      total: 0,
    });
  });

  it("hears of what ran out", async () => {
    const memory = await start(config(graphServer()));
    await memory.externalReached();
    await memory.data("remember_consult", { key: "soon", value: "there" });
    expect(graph()).toMatchObject([{ observations: ["there", expect.any(String)] }]);
    await memory.data("remember_consult", { key: "soon", value: "gone", ttl_seconds: 0.05 });
    await eventually(async () =>
      expect((await memory.call("recall", { key: "soon" })).error?.code).toBe("MEMORY_NOT_FOUND"),
    );
    await memory.close();
    const next = await start(config(graphServer()));
    await next.data("search_memories", {});
    await eventually(() => expect(graph()).toEqual([]));
  });
});

describe("an external memory that cannot be reached", () => {
  /** A command that works only once `mend` was called. */
  function brokenServer(): { server: object; mend(): void } {
    const script = join(folder.path, "memory-server.sh");
    return {
      server: { command: script, env: { MEMORY_FILE_PATH: graphFile } },
      mend() {
        writeFileSync(script, `#!/bin/sh\nexec '${process.execPath}' '${official}'\n`);
        chmodSync(script, 0o755);
      },
    };
  }

  it("gets later what our own store kept meanwhile", async () => {
    const { server, mend } = brokenServer();
    const memory = await start(config(server));
    const kept = await memory.data("remember_consult", { key: "one", value: "1" });
    expect(kept).toMatchObject({
      stored: true,
      backend: "sqlite",
      location: join(folder.path, "own", "memory.sqlite"),
      fallbackFrom: "REMEMBER_MCP_CONFIG",
      fallbackReason: expect.stringMatching(/ENOENT/),
    });
    for (const [key, value] of [
      ["two", "2"],
      ["three", "3"],
      ["one", "1 again"],
    ])
      await memory.data("remember_consult", { key, value });
    await memory.data("forget", { key: "two" });
    expect((await memory.data("recall", { key: "one" })).value).toBe("1 again");
    mend();
    await eventually(() =>
      expect(graph().map(({ observations }) => observations[0])).toEqual(["1 again", "3"]),
    );
  });

  it("cannot bring back what was forgotten meanwhile", async () => {
    const { server, mend } = brokenServer();
    const name = `${encodeURIComponent(folder.path.split("/").at(-1) as string)}/secret`;
    const details = 'ollama-bridge-memory {"metadata":{},"tags":[]}';
    writeFileSync(
      graphFile,
      JSON.stringify({ type: "entity", name, entityType: "memory", observations: ["the secret", details] }),
    );
    const before = await start(config(server));
    await before.data("forget", { key: "secret" });
    await before.close();
    mend();
    const after = await start(config(server));
    expect((await after.call("recall", { key: "secret" })).error?.code).toBe("MEMORY_NOT_FOUND");
    expect((await after.data("search_memories", { query: "secret" })).total).toBe(0);
    await eventually(() => expect(graph()).toEqual([]));
  });

  it("has its password neither in answers nor in the log", async () => {
    const memory = await start(config({ url: "http://user:secret@127.0.0.1:9/mcp" }));
    const kept = await memory.call("remember_consult", { key: "one", value: "1" });
    expect(kept.data.fallbackReason).toMatch(/./);
    const found = await memory.call("search_memories", { query: "one" });
    expect(found.data.warnings).toHaveLength(1);
    expect(JSON.stringify([kept, found]) + memory.log.join("")).not.toContain("secret");
  });

  it("is left when its answer does not end", async () => {
    const endless = await createTestOllama();
    endless.inject({
      kind: "endless",
      path: "/mcp",
      head: '{"jsonrpc":"2.0","id":0,"result":{"x":"',
      repeat: "x",
    });
    const memory = await start(config({ url: `${endless.url}/mcp` }));
    await memory.data("remember_consult", { key: "one", value: "uno" });
    const found = await memory.data("search_memories", { query: "uno" });
    expect(found).toMatchObject({ total: 1, warnings: [expect.stringMatching(/more than 10 MiB/)] });
    await endless.until(({ totalInFlight, aborted }) => totalInFlight === 0 && aborted > 0);
    await endless.close();
  });

  it("does not keep a search from its own results", async () => {
    const memory = await start(config(brokenServer().server));
    await memory.data("remember_consult", { key: "one", value: "uno" });
    const found = await memory.data("search_memories", { query: "uno" });
    expect(found).toMatchObject({
      total: 1,
      results: [{ key: "one" }],
      warnings: [expect.stringMatching(/could not be asked/)],
    });
  });
});

describe("another server of this package as the external memory", () => {
  const theirs = () => ({
    ...serverCommand,
    env: { MEMORY_DIR: join(folder.path, "theirs"), LOG_LEVEL: "warn" },
  });

  it("gets every entry over stdio, with its time to live", async () => {
    const memory = await start(config(theirs()));
    await memory.externalReached();
    const entry = {
      key: "shared",
      value: "with the team",
      tags: ["team"],
      metadata: { by: "me" },
      namespace: "n",
      ttl_seconds: 600,
    };
    expect(await memory.data("remember_consult", entry)).toMatchObject({ backend: "ollama-memory" });
    await memory.close();
    const other = await start({ MEMORY_DIR: join(folder.path, "theirs") });
    expect(await other.data("recall", { key: "shared", namespace: "n" })).toMatchObject({
      value: "with the team",
      tags: ["team"],
      metadata: { by: "me" },
    });
  });

  /** One that serves HTTP, with its file in that folder. */
  async function serveHttp(name: string) {
    const { command, args } = serverCommand;
    const child = spawn(command, [...args, "--http", "127.0.0.1:0"], {
      env: { PATH: process.env.PATH, HOME: "/nonexistent", MEMORY_DIR: join(folder.path, name) },
      stdio: ["ignore", "ignore", "pipe"],
    });
    const { url } = await new Promise<{ url: string }>((resolve) => {
      createInterface({ input: child.stderr }).on("line", (line) => {
        const logged = JSON.parse(line);
        if (logged.url) resolve(logged);
      });
    });
    return { child, address: new URL("/mcp", url).href };
  }

  /** A copy on the same store has every entry already: handed on to it, each would come back without end. */
  async function expectPassedOver(memory: MemoryClient) {
    await memory.externalReached();
    expect(await memory.data("remember_consult", { key: "k", value: "v" })).toEqual({
      key: "k",
      stored: true,
      size: 1,
      backend: "sqlite",
      location: join(folder.path, "own", "memory.sqlite"),
    });
    await memory.logged(/ollama-memory .*own store.*passed over/);
    const { openSqlite } = await import("../src/store/open-sqlite.ts");
    const sql = await openSqlite(join(folder.path, "own", "memory.sqlite"));
    expect(await sql.rows("SELECT * FROM memory_outbox")).toEqual([]);
    expect(await sql.rows("SELECT key FROM memory_entries")).toEqual([{ key: "k" }]);
    sql.close();
    expect(await memory.data("forget", { key: "k" })).toEqual({ forgotten: true });
  }

  it("is passed over when it is a copy on the same file, registered for itself", async () => {
    const self = {
      ...serverCommand,
      env: { ...config(serverCommand), MEMORY_DIR: join(folder.path, "own") },
    };
    await expectPassedOver(await start(config(self)));
  });

  it("is passed over when it serves the same file over HTTP", async () => {
    const { child, address } = await serveHttp("own");
    try {
      await expectPassedOver(await start(config({ type: "http", url: address })));
    } finally {
      child.kill();
    }
  });

  it("is reached over HTTP", async () => {
    const { child, address } = await serveHttp("theirs");
    try {
      const memory = await start(config({ type: "http", url: address }));
      await memory.externalReached();
      expect(await memory.data("remember_consult", { key: "k", value: "v" })).toMatchObject({
        backend: "ollama-memory",
        location: address,
      });
      expect(await memory.data("forget", { key: "k" })).toEqual({ forgotten: true });
    } finally {
      child.kill();
    }
  });
});

describe("where the external memory is configured", () => {
  const project = () => {
    mkdirSync(join(folder.path, ".vscode"), { recursive: true });
    const file = join(folder.path, ".vscode", "mcp.json");
    writeFileSync(
      file,
      `{ // a comment\n "servers": { "memory": ${JSON.stringify({ type: "stdio", ...graphServer() })}, } }`,
    );
    return file;
  };

  it("does not start what a project names, until the project is trusted", async () => {
    const file = project();
    const untrusted = await start({});
    expect(await untrusted.data("remember_consult", { key: "k", value: "v" })).toMatchObject({
      backend: "sqlite",
    });
    await untrusted.data("recall", { key: "k" });
    await untrusted.logged(/BRIDGE_TRUST_PROJECT=1/);
    await untrusted.close();
    expect(existsSync(graphFile)).toBe(false);
    const said = untrusted.log
      .join("")
      .split("\n")
      .filter((line) => line.includes(file));
    expect(said).toHaveLength(1);
    expect(said[0]).toMatch(/BRIDGE_TRUST_PROJECT=1/);

    for (const trust of [{ env: { BRIDGE_TRUST_PROJECT: "1" } }, { env: {}, args: ["--trust-project"] }]) {
      const trusted = await start(trust.env, { args: trust.args ?? [] });
      await trusted.externalReached();
      expect(await trusted.data("remember_consult", { key: "k", value: "v" })).toMatchObject({
        backend: "memory-server",
      });
    }
  });

  it("takes the user's own file without a word, and the command of the environment last", async () => {
    const user = join(folder.path, "config", "Code", "User");
    mkdirSync(user, { recursive: true });
    writeFileSync(join(user, "mcp.json"), JSON.stringify({ mcpServers: { memory: graphServer() } }));
    const env = { XDG_CONFIG_HOME: join(folder.path, "config"), MEMORY_MCP_CMD: "/nonexistent/program" };
    const memory = await start(env);
    await memory.externalReached();
    expect(await memory.data("remember_consult", { key: "k", value: "v" })).toMatchObject({
      backend: "memory-server",
      location: expect.stringContaining("mcp.json"),
    });
  });

  it("passes over a server that offers no memory, and says which", async () => {
    const core = fileURLToPath(new URL("../../core-client/src/bin.ts", import.meta.url));
    const [conditions = ""] = serverCommand.args;
    const memory = await start({
      ...config({ command: process.execPath, args: [conditions, core] }),
      MEMORY_MCP_CMD: process.execPath,
      MEMORY_MCP_ARGS: JSON.stringify([official]),
    });
    // At once: the second must not pass over the next server too.
    await Promise.all([
      memory.data("remember_consult", { key: "k", value: "v" }),
      memory.data("remember_consult", { key: "k2", value: "v" }),
    ]);
    await memory.externalReached();
    expect(await memory.data("remember_consult", { key: "k3", value: "v" })).toMatchObject({
      backend: "memory-server",
    });
    await memory.logged(/ollama-core .*offers neither.*passed over/);
    for (const key of ["k", "k2", "k3"]) await memory.data("forget", { key });
  });
});
