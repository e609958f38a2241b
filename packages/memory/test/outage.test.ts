import { spawnSync } from "node:child_process";
import { chmodSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { eventually, MemoryClient, serverCommand, temporaryFolder } from "./memory-client.ts";

let folder: ReturnType<typeof temporaryFolder>;
const open: MemoryClient[] = [];
beforeEach(() => {
  folder = temporaryFolder();
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
  folder.remove();
});

/** A server of ours whose own store is in `folder`. */
async function start(env: Record<string, string>): Promise<MemoryClient> {
  const own = { MEMORY_DIR: join(folder.path, "own"), ...env };
  const server = await MemoryClient.start(own, { cwd: folder.path });
  open.push(server);
  return server;
}

const config = (server: object) => ({ REMEMBER_MCP_CONFIG: JSON.stringify(server) });

describe("an external memory that dies and returns", () => {
  const journalFile = () => join(folder.path, "journal");
  const journal = () => readFileSync(journalFile(), "utf8").trimEnd().split("\n");

  /** A server that writes down what it takes; its command works only between `mend` and `breakDown`. */
  function journalServer() {
    const script = join(folder.path, "journal.sh");
    const program = fileURLToPath(new URL("journal-server.ts", import.meta.url));
    const [conditions = ""] = serverCommand.args;
    const trap = join(folder.path, "trap");
    return {
      server: { command: script, env: { JOURNAL: journalFile(), TRAP: trap } },
      /** See `journal-server.ts`. */
      setTrap(text: string) {
        writeFileSync(trap, text);
      },
      clearTrap() {
        rmSync(trap);
      },
      /** It starts once the file `startsWith` is there; default: at once. */
      mend(startsWith = script) {
        const start = `exec '${process.execPath}' '${conditions}' '${program}'`;
        writeFileSync(script, `#!/bin/sh\nuntil [ -e '${startsWith}' ]; do sleep 0.1; done\n${start}\n`);
        chmodSync(script, 0o755);
      },
      breakDown() {
        rmSync(script);
      },
    };
  }

  it("gets every write and every forgetting, once and in order", async () => {
    const { server, mend, breakDown, setTrap } = journalServer();
    mend();
    const memory = await start(config(server));
    await memory.externalReached();
    expect(await memory.data("remember_consult", { key: "a", value: "1" })).toMatchObject({
      backend: "journal",
    });
    breakDown();
    setTrap("a = 2");
    expect(await memory.data("remember_consult", { key: "a", value: "2" })).toMatchObject({
      backend: "sqlite",
      fallbackFrom: "journal",
    });
    await memory.data("remember_consult", { key: "b", value: "1" });
    await memory.data("remember_consult", { key: "a", value: "3" });
    await memory.data("forget", { key: "a" });
    await memory.data("remember_consult", { key: "a", value: "4" });
    await memory.data("forget", { key: "b" });
    await memory.close();

    // It dies once more on the way, and another process goes on.
    setTrap("forget a");
    mend();
    const next = await start(config(server));
    const last = { key: "c", value: "1" };
    await next.data("remember_consult", last);
    const all = ["a = 1", "a = 2", "b = 1", "a = 3", "forget a", "a = 4", "forget b", "c = 1"];
    await eventually(() => expect(journal()).toEqual(all));
    // Nothing waits any more: what is written now is there with the answer, and is the next.
    expect(await next.data("remember_consult", { key: "c", value: "2" })).toMatchObject({
      backend: "journal",
    });
    expect(journal()).toEqual([...all, "c = 2"]);
  });

  it("is not given back an old value that it refused before it took a newer one", async () => {
    const { server, mend } = journalServer();
    mend();
    const memory = await start(config(server));
    await memory.externalReached();
    const kept = await memory.data("remember_consult", { key: "a", value: "refused" });
    expect(kept).toMatchObject({ backend: "sqlite", fallbackReason: expect.stringMatching(/does not take/) });
    expect(await memory.data("remember_consult", { key: "a", value: "taken" })).toMatchObject({
      backend: "journal",
    });
    expect(journal()).toEqual(["a = taken"]);
  });

  it("gets every write in order when it was only in trouble", async () => {
    const { server, mend, setTrap, clearTrap } = journalServer();
    mend();
    const memory = await start(config(server));
    await memory.externalReached();
    await memory.data("remember_consult", { key: "a", value: "1" });
    setTrap("trouble");
    expect(await memory.data("remember_consult", { key: "a", value: "2" })).toMatchObject({
      backend: "sqlite",
      fallbackReason: expect.stringMatching(/disk is full/),
    });
    await memory.data("forget", { key: "a" });
    await memory.data("remember_consult", { key: "b", value: "1" });
    await memory.data("remember_consult", { key: "a", value: "3" });
    clearTrap();
    await eventually(() => expect(journal()).toEqual(["a = 1", "a = 2", "forget a", "b = 1", "a = 3"]));
  });

  it("is not held up by one entry that it cannot take; what follows of that key waits behind it", async () => {
    const { server, mend } = journalServer();
    mend();
    const memory = await start(config(server));
    await memory.externalReached();
    await memory.data("remember_consult", { key: "a", value: "odd" });
    await memory.data("remember_consult", { key: "b", value: "1" });
    await memory.data("remember_consult", { key: "a", value: "2" });
    await memory.data("remember_consult", { key: "c", value: "1" });
    await eventually(() => expect(journal()).toEqual(["b = 1", "c = 1"]));
    expect(await memory.data("remember_consult", { key: "a", value: "3" })).toMatchObject({
      backend: "sqlite",
      fallbackReason: expect.stringMatching(/too much for me/),
    });
  });

  it("gets what waited although it once had nothing to offer", async () => {
    const { server, mend, setTrap, clearTrap } = journalServer();
    const before = await start(config(server));
    await before.data("remember_consult", { key: "a", value: "1" });
    await before.close();
    mend();
    setTrap("bare");
    const bare = await start(config(server));
    await eventually(async () => {
      await bare.data("search_memories", {});
      expect(bare.log.join("")).toMatch(/passed over/);
    });
    await bare.close();
    clearTrap();
    const after = await start(config(server));
    await after.data("search_memories", {});
    await eventually(() => expect(journal()).toEqual(["a = 1"]));
  });

  it("gets what was imported, as soon as a server can bring it there", async () => {
    const { server, mend } = journalServer();
    mend();
    const env = {
      PATH: process.env.PATH,
      HOME: "/nonexistent",
      MEMORY_DIR: join(folder.path, "own"),
      ...config(server),
    };
    const { command, args } = serverCommand;
    const input = JSON.stringify({ key: "a", value: "from a file" });
    spawnSync(command, [...args, "import"], { env, input, cwd: folder.path });
    const memory = await start(config(server));
    await memory.data("search_memories", {});
    await eventually(() => expect(journal()).toEqual(["a = from a file"]));
  });

  it("is waited for when it starts slowly", async () => {
    const { server, mend } = journalServer();
    const mayStart = join(folder.path, "may-start");
    mend(mayStart);
    const memory = await start(config(server));
    expect(await memory.data("remember_consult", { key: "a", value: "1" })).toMatchObject({
      fallbackReason: expect.stringMatching(/2000 ms/),
    });
    writeFileSync(mayStart, "");
    await eventually(() => expect(journal()).toEqual(["a = 1"]));
    await memory.externalReached();
  });
});
