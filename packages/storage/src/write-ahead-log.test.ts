import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir, uptime } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { SqliteDatabase } from "./sqlite-database.ts";
import { isLogDamaged } from "./write-ahead-log.ts";

const HEADER_BYTES = 32;
const FRAME_BYTES = 24 + 4096;
const PARTS = ["", "-wal", "-shm"];
const migrations = ["CREATE TABLE things (number INTEGER PRIMARY KEY, text TEXT)"];

/** Runs `work` on a database `db` in a process of its own. */
const script = (work: string) => [
  "--input-type=module",
  "-e",
  `import { SqliteDatabase } from ${JSON.stringify(new URL("sqlite-database.ts", import.meta.url).href)};
   const file = process.argv[1];
   const db = await SqliteDatabase.open({ file, applicationId: 0x7e57, migrations: ${JSON.stringify(migrations)} });
   const insert = (count) => {
     for (let number = 0; number < count; number++)
       db.rows("INSERT INTO things (text) VALUES ($1)", ["x".repeat(3000)]);
   };
   ${work}`,
];

let folder: string;
let file: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "storage-log-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeEach(() => {
  file = join(mkdtempSync(join(folder, "case-")), "data.sqlite");
});

/** A database whose process was killed after `work`; what it left is copied to the file of each test. */
function crashed(work: string, parts = PARTS): Buffer {
  const original = join(folder, `${work.replaceAll(/\W/g, "")}.sqlite`);
  if (!existsSync(original)) {
    const { signal, stderr } = spawnSync(process.execPath, [
      ...script(`${work}; process.kill(process.pid, "SIGKILL");`),
      original,
    ]);
    expect({ signal, stderr: String(stderr) }).toEqual({ signal: "SIGKILL", stderr: "" });
  }
  for (const part of parts) copyFileSync(original + part, file + part);
  return readFileSync(`${file}-wal`);
}

const open = () => SqliteDatabase.open({ file, applicationId: 0x7e57, migrations });
async function numbers(): Promise<number[]> {
  const database = await open();
  const rows = database.rows("SELECT number FROM things ORDER BY number");
  database.close();
  return rows.map(({ number }) => Number(number));
}
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

const changeLog = (change: (log: Buffer) => void) => {
  const log = readFileSync(`${file}-wal`);
  change(log);
  writeFileSync(`${file}-wal`, log);
};

/** The error says what to do, nothing is touched, and with the right log everything is there. */
async function expectRefused(sound: Buffer, count: number): Promise<void> {
  const before = PARTS.map((part) => existsSync(file + part) && readFileSync(file + part));
  for (let round = 0; round < 2; round++) {
    await expect(open()).rejects.toMatchObject({
      code: "MEMORY_BACKEND_ERROR",
      message: expect.stringMatching(/data\.sqlite has a damaged log .*-wal/),
      hint: expect.stringMatching(/Restore .*backup.*move .*-wal away/),
    });
  }
  expect(PARTS.map((part) => existsSync(file + part) && readFileSync(file + part))).toEqual(before);
  writeFileSync(`${file}-wal`, sound);
  expect(await numbers()).toEqual(upTo(count));
}

const withIndex = [
  ["with the index beside it", PARTS],
  ["alone", ["", "-wal"]],
] as const;

describe("the log of a process that was killed", () => {
  for (const [how, parts] of withIndex) {
    it(`is read whole, ${how}`, async () => {
      crashed("insert(1)", [...parts]);
      expect(await numbers()).toEqual(upTo(1));
    });

    it(`is read whole after it began anew over what it held before, ${how}`, async () => {
      const log = crashed("insert(900)", [...parts]);
      expect(log.length).toBeGreaterThan(900 * FRAME_BYTES);
      expect(await numbers()).toEqual(upTo(900));
    });

    it(`is read up to a transaction that was not done, ${how}`, async () => {
      crashed('insert(5); db.rows("PRAGMA cache_size = 5"); db.rows("BEGIN IMMEDIATE"); insert(100)', [
        ...parts,
      ]);
      expect(await numbers()).toEqual(upTo(5));
    });

    it(`is read whole when a transaction was taken back before the last one, ${how}`, async () => {
      crashed(
        'insert(5); db.rows("PRAGMA cache_size = 5"); db.rows("BEGIN IMMEDIATE"); insert(100); db.rows("ROLLBACK"); insert(1)',
        [...parts],
      );
      expect(await numbers()).toEqual(upTo(6));
    });
  }
});

describe("the log after the machine itself went down", () => {
  it("may end anywhere: what is whole is read", async () => {
    const { length } = crashed("insert(12)", ["", "-wal"]);
    const seen = new Set<number>();
    for (let bytes = length; bytes >= 0; bytes -= 1531) {
      crashed("insert(12)", ["", "-wal"]);
      rmSync(`${file}-shm`, { force: true });
      truncateSync(`${file}-wal`, bytes);
      const found = await numbers();
      expect(found).toEqual(upTo(found.length));
      seen.add(found.length);
    }
    expect(seen.size).toBe(13);
  });

  it("may end in zeros that were never overwritten", async () => {
    crashed("insert(12)", ["", "-wal"]);
    changeLog((log) => log.fill(0, log.length - 2 * FRAME_BYTES - 100));
    const found = await numbers();
    expect(found).toEqual(upTo(found.length));
    expect(found.length).toBeGreaterThan(8);
  });

  it("may be shorter than an index of before it", async () => {
    const { length } = crashed("insert(12)");
    truncateSync(`${file}-wal`, length - 5 * FRAME_BYTES);
    utimesSync(`${file}-shm`, new Date(), Date.now() / 1000 - uptime() - 3600);
    const found = await numbers();
    expect(found).toEqual(upTo(found.length));
  });
});

describe("a log that was damaged", () => {
  for (const [how, parts] of withIndex) {
    it.each([
      ["the number of a page", 2],
      ["the mark of the log", 9],
      ["a checksum", 17],
      ["a page", 24 + 2000],
    ])(`in the midst is an error: %s, ${how}`, async (_, at) => {
      const sound = crashed("insert(12)", [...parts]);
      changeLog((log) =>
        log.writeUInt8(
          log.readUInt8(HEADER_BYTES + 4 * FRAME_BYTES + at) ^ 1,
          HEADER_BYTES + 4 * FRAME_BYTES + at,
        ),
      );
      await expectRefused(sound, 12);
    });

    it(`over several frames is an error, ${how}`, async () => {
      const sound = crashed("insert(12)", [...parts]);
      changeLog((log) => log.fill(0, 5000, 25_000));
      await expectRefused(sound, 12);
    });

    it(`in its header is an error, ${how}`, async () => {
      const sound = crashed("insert(12)", [...parts]);
      changeLog((log) => log.writeUInt8(log.readUInt8(17) ^ 1, 17));
      await expectRefused(sound, 12);
    });

    it(`all over is an error, ${how}`, async () => {
      const sound = crashed("insert(12)", [...parts]);
      writeFileSync(`${file}-wal`, "Dear diary, ".repeat(1000));
      await expectRefused(sound, 12);
    });
  }

  it("in its last transaction is an error", async () => {
    const sound = crashed("insert(12)");
    changeLog((log) => log.writeUInt8(log.readUInt8(log.length - 50) ^ 1, log.length - 50));
    await expectRefused(sound, 12);
  });

  it.each([
    ["emptied", () => 0],
    ["cut within its header", () => 20],
    ["cut in the midst", (bytes: number) => Math.round(bytes / 2)],
    ["cut by its last byte", (bytes: number) => bytes - 1],
  ])("is an error: %s", async (_, length) => {
    const sound = crashed("insert(12)");
    truncateSync(`${file}-wal`, length(sound.length));
    await expectRefused(sound, 12);
  });
});

it("a log that other processes write at the same time is sound at every look", {
  timeout: 120_000,
}, async () => {
  (await open()).close();
  const writers = Array.from({ length: 2 }, () =>
    spawn(process.execPath, [...script("insert(3000); db.close();"), file], {
      stdio: ["ignore", "ignore", "inherit"],
    }),
  );
  const ended = Promise.all(writers.map((writer) => once(writer, "exit")));
  let isOver = false;
  void ended.then(() => {
    isOver = true;
  });
  let begun = 0;
  while (!isOver) {
    if ((statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0) begun++;
    expect(isLogDamaged(file)).toBe(false);
    await new Promise(setImmediate);
  }
  expect((await ended).map(([code]) => code)).toEqual([0, 0]);
  expect(begun).toBeGreaterThan(10);
  expect((await numbers()).length).toBe(6000);
});
