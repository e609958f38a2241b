import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { MemoryStore } from "../src/store/memory-store.ts";
import { openSqlite } from "../src/store/open-sqlite.ts";
import { temporaryFolder } from "./memory-client.ts";

/** 200 rounds are the promise; a run of the whole suite takes a sample. */
const ROUNDS = Number(process.env.CRASH_ROUNDS ?? 25);
const PROCESSES = 4;
const WRITES = 5_000;

let folder: ReturnType<typeof temporaryFolder>;
let file: string;
beforeEach(() => {
  folder = temporaryFolder();
  file = join(folder.path, "memory.sqlite");
});
afterEach(() => folder.remove());

interface Writer {
  child: ChildProcess;
  kept: string[];
  ended: Promise<{ code: number | null; complaints: string }>;
}

/** A process that writes; `onKept` hears how many it has kept. */
function startWriter(
  prefix: string,
  count: number,
  onKept: (count: number) => void = () => undefined,
): Writer {
  const script = fileURLToPath(new URL("writer.ts", import.meta.url));
  const args = ["--conditions=@ollama-bridge/source", script, file, prefix, String(count)];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
  const kept: string[] = [];
  let rest = "";
  let complaints = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    kept.push(...lines);
    onKept(kept.length);
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    complaints += text;
  });
  const ended = new Promise<{ code: number | null; complaints: string }>((resolve) => {
    child.once("close", (code) => resolve({ code, complaints }));
  });
  return { child, kept, ended };
}

/** Everything that was kept is there, found by its tag and its words, and queued: none of them half. */
async function expectWhole(kept: readonly string[]): Promise<void> {
  const store = new MemoryStore(await openSqlite(file));
  const stored = new Map<string, string>();
  for await (const { key, value } of store.export("crash")) stored.set(key, value);
  expect(kept.filter((key) => stored.get(key) !== `text of ${key}`)).toEqual([]);
  const [counts] = await store.sql.rows(
    `SELECT (SELECT count(*) FROM memory_entries) AS entries, (SELECT count(*) FROM memory_tags) AS tags,
       (SELECT count(*) FROM memory_outbox) AS outbox,
       (SELECT count(*) FROM memory_words WHERE memory_words MATCH '"text"') AS words`,
  );
  const { size } = stored;
  expect(counts).toEqual({ entries: size, tags: size, outbox: size, words: size });
  await store.sql.rows("INSERT INTO memory_words (memory_words, rank) VALUES ('integrity-check', 1)");
  expect(await store.sql.rows("PRAGMA integrity_check")).toEqual([{ integrity_check: "ok" }]);
  await store.close();
}

describe("a store in SQLite", () => {
  it(`loses nothing it has acknowledged when it is killed, ${ROUNDS} times over`, {
    timeout: 600_000,
  }, async () => {
    const kept: string[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const killAt = 1 + ((round * 37) % 113);
      const writer = startWriter(`round${round}`, 1_000_000, (count) => {
        if (count >= killAt) writer.child.kill("SIGKILL");
      });
      await writer.ended;
      expect(writer.kept.length).toBeGreaterThanOrEqual(killAt);
      kept.push(...writer.kept);
    }
    await expectWhole(kept);
  });

  it(`loses nothing when ${PROCESSES} processes write ${WRITES} entries each, and none finds it locked`, {
    timeout: 600_000,
  }, async () => {
    const writers = Array.from({ length: PROCESSES }, (_, index) => startWriter(`writer${index}`, WRITES));
    for (const { ended } of writers) expect(await ended).toEqual({ code: 0, complaints: "" });
    const kept = writers.flatMap((writer) => writer.kept);
    expect(kept.length).toBe(PROCESSES * WRITES);
    await expectWhole(kept);
  });
});
