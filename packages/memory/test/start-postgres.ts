import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

const SYSTEM_FOLDER = "/usr/lib/postgresql";

/** A real Postgres on a free port of the loopback, with its data in a temporary folder. */
export interface TestPostgres {
  url: string;
  start(): Promise<void>;
  /** What it wrote to its log. */
  said(): string;
  /** Ends it at once, as a crash would: what runs gets no answer. */
  kill(): Promise<void>;
  remove(): Promise<void>;
}

/** The folder of `postgres` and `initdb`: one on the path, else the system's newest. */
export function postgresFolder(): string | undefined {
  const versions = existsSync(SYSTEM_FOLDER)
    ? readdirSync(SYSTEM_FOLDER).sort((a, b) => Number(b) - Number(a))
    : [];
  const folders = [
    ...versions.map((version) => join(SYSTEM_FOLDER, version, "bin")),
    ...(process.env.PATH ?? "").split(delimiter),
  ];
  return folders.find((folder) => ["postgres", "initdb"].every((name) => existsSync(join(folder, name))));
}

export async function createTestPostgres(folder: string): Promise<TestPostgres> {
  const data = mkdtempSync(join(tmpdir(), "memory-postgres-"));
  const port = await freePort();
  const user = process.getuid?.() === 0 ? systemUser() : undefined;
  if (user !== undefined) chownSync(data, user.uid, user.gid);
  const options = { cwd: data, stdio: "ignore", ...user } as const;
  execFileSync(
    join(folder, "initdb"),
    ["-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync", "--locale=C"],
    options,
  );
  let server: ChildProcess | undefined;
  let log = "";
  const test: TestPostgres = {
    url: `postgres://postgres@127.0.0.1:${port}/postgres`,
    async start() {
      const settings = [
        "fsync=off",
        `port=${port}`,
        "listen_addresses=127.0.0.1",
        `unix_socket_directories=${data}`,
      ];
      const child = spawn(
        join(folder, "postgres"),
        ["-D", data, ...settings.flatMap((each) => ["-c", each])],
        {
          cwd: data,
          ...user,
          stdio: ["ignore", "ignore", "pipe"],
        },
      );
      server = child;
      await new Promise<void>((resolve, reject) => {
        const startsAt = log.length;
        child.stderr?.setEncoding("utf8").on("data", (text: string) => {
          log += text;
          if (log.includes("ready to accept connections", startsAt)) resolve();
        });
        child.once("exit", () => reject(new Error(`Postgres did not start: ${log}`)));
      });
    },
    said: () => log,
    async kill() {
      const child = server;
      server = undefined;
      if (child === undefined || child.exitCode !== null) return;
      const ended = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGQUIT");
      await ended;
    },
    async remove() {
      await test.kill();
      rmSync(data, { recursive: true, force: true });
    },
  };
  return test;
}

/** Postgres does not run as root. */
export function systemUser(): { uid: number; gid: number } {
  const id = (flag: string) => Number(execFileSync("id", [flag, "postgres"], { encoding: "utf8" }));
  return { uid: id("-u"), gid: id("-g") };
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() =>
        typeof address === "object" && address ? resolve(address.port) : reject(new Error("no port")),
      );
    });
  });
}
