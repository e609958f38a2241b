import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { SqliteDatabase } from "./sqlite-database.ts";

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "storage-"));
  file = join(folder, "deep", "data.sqlite");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const migrations = ["CREATE TABLE things (name TEXT PRIMARY KEY, size INTEGER)"];
const open = (more: string[] = []) =>
  SqliteDatabase.open({ file, applicationId: 0x7e57, migrations: [...migrations, ...more] });
const besides = () => readdirSync(join(folder, "deep")).filter((name) => name.includes("set-aside"));

async function withThings(count: number): Promise<void> {
  const database = await open();
  database.transaction(() => {
    for (let index = 0; index < count; index++)
      database.rows("INSERT INTO things VALUES ($1, $2)", [`thing ${index} ${"x".repeat(200)}`, index]);
  });
  database.close();
}

describe("a database file", () => {
  it("keeps what was written, in a file for this user alone", async () => {
    await withThings(3);
    const database = await open();
    expect(database.rows("SELECT count(*) AS count FROM things")).toEqual([{ count: 3 }]);
    database.close();
  });

  it("takes back all of a transaction that fails", async () => {
    const database = await open();
    const insert = () => database.rows("INSERT INTO things VALUES ('a', 1)");
    expect(() => database.transaction(() => [insert(), insert()])).toThrow(/UNIQUE/);
    expect(database.rows("SELECT * FROM things")).toEqual([]);
    database.close();
  });

  it("is brought up to date once, and refused by an older program", async () => {
    await withThings(1);
    const newer = await open(["ALTER TABLE things ADD COLUMN color TEXT"]);
    expect(newer.rows("SELECT color FROM things")).toEqual([{ color: null }]);
    newer.close();
    await expect(open()).rejects.toMatchObject({ code: "MEMORY_BACKEND_ERROR", message: /newer version/ });
    expect(besides()).toEqual([]);
  });

  it("says so when it is moved away while open", async () => {
    const database = await open();
    renameSync(file, `${file}.elsewhere`);
    expect(() => database.rows("SELECT 1")).toThrow(/moved, removed or emptied/);
    database.close();
  });

  it("says so when the disk is full, and takes the next write when it is not", async () => {
    const database = await open();
    database.rows("PRAGMA max_page_count = 4");
    const big = () => database.rows("INSERT INTO things VALUES ($1, 1)", ["x".repeat(100_000)]);
    expect(big).toThrow(
      expect.objectContaining({
        code: "MEMORY_BACKEND_ERROR",
        message: expect.stringMatching(/disk is full/),
      }),
    );
    database.rows("PRAGMA max_page_count = 1000");
    big();
    database.close();
  });
});

it.skipIf(process.platform === "win32")(
  "a database file can be a link, also to where none is yet",
  async () => {
    mkdirSync(join(folder, "deep"));
    mkdirSync(join(folder, "elsewhere"));
    const target = join(folder, "elsewhere", "data.sqlite");
    symlinkSync(target, file);
    const database = await open();
    database.rows("INSERT INTO things VALUES ('a', 1)");
    expect(existsSync(`${target}-wal`)).toBe(true);
    database.close();
    expect(statSync(target).size).toBeGreaterThan(0);
    expect(readdirSync(join(folder, "deep"))).toEqual(["data.sqlite"]);
    expect(readdirSync(join(folder, "elsewhere"))).toEqual(["data.sqlite"]);
  },
);

describe("a file that is not sound", () => {
  const refused = async (message: RegExp) =>
    expect(open()).rejects.toMatchObject({ code: "MEMORY_BACKEND_ERROR", message });

  async function isSetAside(message: RegExp): Promise<void> {
    const before = readFileSync(file);
    await refused(message);
    const [aside] = besides();
    expect(readFileSync(join(folder, "deep", aside as string))).toEqual(before);
    const next = await open();
    expect(next.rows("SELECT * FROM things")).toEqual([]);
    next.close();
  }

  it("is set aside unchanged when it was never a database", async () => {
    (await open()).close();
    writeFileSync(file, "Dear diary, today I wrote a text file.");
    await isSetAside(/half written/);
  });

  it("is set aside unchanged when it belongs to another program", async () => {
    (await open()).close();
    rmSync(file);
    const other = new DatabaseSync(file);
    other.exec("CREATE TABLE bookmarks (url TEXT)");
    other.close();
    await isSetAside(/another program/);
  });

  it("is set aside unchanged when it was cut short", async () => {
    await withThings(1000);
    truncateSync(file, 8192);
    await isSetAside(/half written/);
  });

  it("is set aside unchanged when only its last byte is missing", async () => {
    await withThings(1000);
    truncateSync(file, statSync(file).size - 1);
    await isSetAside(/half written/);
  });

  it("is set aside with its log when it was emptied", async () => {
    await withThings(3);
    truncateSync(file, 0);
    writeFileSync(`${file}-wal`, "what was written last");
    await isSetAside(/was emptied/);
    const log = besides().find((name) => name.endsWith("-wal")) as string;
    expect(readFileSync(join(folder, "deep", log), "utf8")).toBe("what was written last");
  });

  it.each(["-wal", "-journal"])("is missed when only its %s is left, which is set aside", async (suffix) => {
    (await open()).close();
    rmSync(file);
    writeFileSync(file + suffix, "what was written last");
    await refused(/is gone, while the log of its last changes is still there/);
    expect(besides()).toEqual([expect.stringMatching(new RegExp(`${suffix}$`))]);
    const next = await open();
    expect(next.rows("SELECT * FROM things")).toEqual([]);
    next.close();
  });

  it("is not taken for one that was moved when it is emptied while open", async () => {
    const database = await open();
    database.rows("INSERT INTO things VALUES ('a', 1)");
    truncateSync(file, 0);
    expect(() => database.rows("SELECT * FROM things")).toThrow(/emptied while it was open/);
    await refused(/was emptied/);
    database.close();
  });

  it("is named when its folder cannot be made", async () => {
    writeFileSync(join(folder, "deep"), "a file where a folder should be");
    await refused(/cannot be opened for writing/);
    expect(existsSync(file)).toBe(false);
  });

  it.runIf(process.getuid !== undefined)("is named when this user may not write it", async () => {
    (await open()).close();
    const { chmodSync } = await import("node:fs");
    for (const path of [file, join(folder, "deep")]) chmodSync(path, path === file ? 0o444 : 0o555);
    chmodSync(folder, 0o755);
    const root = process.getuid?.() === 0;
    if (root) process.seteuid?.(65_534);
    try {
      await refused(/cannot be opened for writing/);
    } finally {
      if (root) process.seteuid?.(0);
    }
  });
});
