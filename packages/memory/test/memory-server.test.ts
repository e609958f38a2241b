import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readFileSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { MemoryClient, serverCommand, temporaryFolder } from "./memory-client.ts";

const folder = temporaryFolder();
let memory: MemoryClient;
beforeAll(async () => {
  memory = await MemoryClient.start({ MEMORY_DIR: folder.path });
});
afterAll(async () => {
  await memory.close();
  folder.remove();
});

describe("the server ollama-memory", () => {
  it("lists its tools without having opened anything", async () => {
    const { tools } = await memory.client.listTools();
    expect(tools.map(({ name }) => name)).toEqual([
      "remember_consult",
      "recall",
      "search_memories",
      "forget",
    ]);
    for (const { description = "", annotations } of tools) {
      expect(description.length).toBeLessThanOrEqual(400);
      expect(annotations).toMatchObject({
        readOnlyHint: expect.any(Boolean),
        destructiveHint: expect.any(Boolean),
      });
    }
    expect(memory.client.getServerVersion()?.name).toBe("ollama-memory");
    expect(existsSync(join(folder.path, "memory.sqlite"))).toBe(false);
  });

  it("remembers, recalls and forgets", async () => {
    const given = {
      key: "auth decision",
      value: "We use OAuth 2.0 with PKCE ✓",
      metadata: { model: "llama3.2" },
      tags: ["auth"],
    };
    expect(await memory.data("remember_consult", given)).toEqual({
      key: given.key,
      stored: true,
      size: 30,
      backend: "sqlite",
      location: join(folder.path, "memory.sqlite"),
    });
    const recalled = await memory.data("recall", { key: given.key });
    expect(recalled).toMatchObject(given);
    expect(Date.parse(recalled.created_at)).toBeGreaterThan(Date.now() - 60_000);
    expect(await memory.data("forget", { key: given.key })).toEqual({ forgotten: true });
    expect(await memory.data("forget", { key: given.key })).toEqual({ forgotten: false });
    expect((await memory.call("recall", { key: given.key })).error?.code).toBe("MEMORY_NOT_FOUND");
    expect(statSync(join(folder.path, "memory.sqlite")).mode & 0o077).toBe(0);
  });

  it("offers entries as resources, with completion of namespaces and keys", async () => {
    await memory.data("remember_consult", { key: "a/b c?", value: "slashes", namespace: "my space" });
    const uri = `memory://${encodeURIComponent("my space")}/${encodeURIComponent("a/b c?")}`;
    const { contents } = await memory.client.readResource({ uri });
    expect(contents).toMatchObject([{ uri, mimeType: "text/plain", text: "slashes" }]);
    await expect(memory.client.readResource({ uri: `${uri}x` })).rejects.toThrow(/no entry/);
    const ref = { type: "ref/resource" as const, uri: "memory://{namespace}/{key}" };
    const namespaces = await memory.client.complete({ ref, argument: { name: "namespace", value: "my" } });
    expect(namespaces.completion.values).toEqual(["my space"]);
    const context = { arguments: { namespace: "my space" } };
    const keys = await memory.client.complete({ ref, argument: { name: "key", value: "a/" }, context });
    expect(keys.completion.values).toEqual(["a/b c?"]);
  });
});

describe("a server that cannot work", () => {
  const answer = (env: Record<string, string>) => {
    const { command, args } = serverCommand;
    const child = spawnSync(command, args, {
      env: { PATH: process.env.PATH, HOME: "/nonexistent", ...env },
      input: "",
    });
    return { code: child.status, said: String(child.stderr) };
  };

  it("does not start with a wrong setting, and names it", () => {
    const wrong: [Record<string, string>, RegExp][] = [
      [{ MEMORY_URL: "mysql://localhost" }, /MEMORY_URL: must begin with sqlite: or postgres/],
      [{ REMEMBER_MCP_CONFIG: "{not json" }, /REMEMBER_MCP_CONFIG/],
      [{ REMEMBER_MCP_CONFIG: '{"type":"stdio"}' }, /REMEMBER_MCP_CONFIG: .*command or url/],
      [{ MEMORY_MCP_CMD: "node", MEMORY_MCP_ARGS: '["a",' }, /MEMORY_MCP_ARGS/],
    ];
    for (const [env, message] of wrong) {
      const { code, said } = answer(env);
      expect(code).toBe(78);
      expect(said).toMatch(message);
    }
  });

  it("answers every call with the reason while Postgres cannot be reached, without the password", async () => {
    const server = await MemoryClient.start({ MEMORY_URL: "postgres://me:hunter2@127.0.0.1:1/team" });
    const reply = await server.call("remember_consult", { key: "k", value: "v" });
    expect(reply.error).toMatchObject({
      code: "MEMORY_BACKEND_ERROR",
      details: { attempts: [{ backend: "postgres", location: "postgres://127.0.0.1:1/team" }] },
    });
    expect(JSON.stringify(reply) + server.log.join("")).not.toContain("hunter2");
    await server.close();
  });
});

describe("a fresh server", () => {
  const elsewhere = temporaryFolder();
  const outside = temporaryFolder();
  afterAll(() => [elsewhere, outside].map((folder) => folder.remove()));
  const start = (env = {}, options = {}) =>
    MemoryClient.start({ MEMORY_DIR: elsewhere.path, ...env }, { cwd: elsewhere.path, ...options });

  it("finds what another left, in the namespace of the project's folder", async () => {
    const first = await start();
    await first.data("remember_consult", { key: "kept", value: "over a restart" });
    await first.close();
    const second = await start();
    const namespace = elsewhere.path.split("/").at(-1);
    expect((await second.data("recall", { key: "kept", namespace })).value).toBe("over a restart");
    await second.close();
  });

  it("takes in the files of the older system once, and leaves them as they are", async () => {
    const old = JSON.stringify({
      key: "old one",
      value: "from a file",
      metadata: { model: "phi" },
      tags: ["old"],
      timestamp: "2025-11-17T10:35:22Z",
    });
    writeFileSync(join(elsewhere.path, "old_one.json"), old);
    writeFileSync(join(elsewhere.path, "broken.json"), '{"value": "half writ');
    writeFileSync(join(elsewhere.path, "marked.json"), '\ufeff{"value": "with a byte order mark"}');
    writeFileSync(join(outside.path, "secret.json"), '{"value": "sesame"}');
    writeFileSync(join(elsewhere.path, "huge.json"), `{"value": "${"x".repeat(17 * 1024 * 1024)}"}`);
    const refused = ["broken", "huge"];
    if (process.platform !== "win32") {
      symlinkSync(join(outside.path, "secret.json"), join(elsewhere.path, "link.json"));
      execFileSync("mkfifo", [join(elsewhere.path, "pipe.json")]);
      refused.push("link", "pipe");
    }
    const first = await start();
    expect(await first.data("recall", { key: "old one" })).toMatchObject({
      value: "from a file",
      tags: ["old"],
      created_at: "2025-11-17T10:35:22.000Z",
    });
    await first.data("forget", { key: "old one" });
    expect((await first.data("recall", { key: "marked" })).value).toBe("with a byte order mark");
    for (const name of refused) {
      await first.logged(new RegExp(`${name}.json is not an entry`));
      expect((await first.call("recall", { key: name })).error?.code).toBe("MEMORY_NOT_FOUND");
    }
    await first.close();
    const second = await start();
    expect((await second.call("recall", { key: "old one" })).error?.code).toBe("MEMORY_NOT_FOUND");
    await second.close();
    expect(readFileSync(join(elsewhere.path, "old_one.json"), "utf8")).toBe(old);
  });

  it("sets a file aside that is none of its own, says so, and begins a new one", async () => {
    const file = join(elsewhere.path, "mine.sqlite");
    writeFileSync(file, "not a database at all");
    const server = await start({ MEMORY_URL: `sqlite:${file}` });
    const reply = await server.call("remember_consult", { key: "k", value: "v" });
    expect(reply.error).toMatchObject({
      code: "MEMORY_BACKEND_ERROR",
      details: { attempts: [{ backend: "sqlite", location: file, reason: "damaged" }] },
    });
    const aside = /as (\S+set-aside-\S+?)\.? /.exec(reply.text)?.[1] as string;
    expect(readFileSync(aside, "utf8")).toBe("not a database at all");
    expect(await server.data("remember_consult", { key: "k", value: "v" })).toMatchObject({
      stored: true,
      location: file,
    });
    await server.close();
  });
});
