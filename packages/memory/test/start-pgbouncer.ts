import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { chownSync, existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { freePort, systemUser } from "./start-postgres.ts";

/** Where `npm run setup` puts the programs of Debian's packages. */
const BROUGHT = fileURLToPath(new URL("../../../.toolchain/debian/usr", import.meta.url));

/** The program: one on the path, one of the system, or one that the set-up brought. */
export function pgBouncerProgram(): string | undefined {
  const folders = [...(process.env.PATH ?? "").split(delimiter), "/usr/sbin", join(BROUGHT, "sbin")];
  return folders.map((folder) => join(folder, "pgbouncer")).find((program) => existsSync(program));
}

/** A real PgBouncer in transaction mode with few connections to the server, in front of a test's Postgres. */
export interface TestPgBouncer {
  /** The address of a database behind it. */
  url(role: string, database: string): string;
  stop(): Promise<void>;
}

/** `roles`: who is let in, without a password. */
export async function startPgBouncer(
  program: string,
  postgresUrl: string,
  roles: readonly string[],
): Promise<TestPgBouncer> {
  const folder = mkdtempSync(join(tmpdir(), "memory-pgbouncer-"));
  const port = await freePort();
  const settings = {
    listen_addr: "127.0.0.1",
    listen_port: port,
    unix_socket_dir: "",
    auth_type: "trust",
    auth_file: "users.txt",
    pool_mode: "transaction",
    default_pool_size: 2,
  };
  const file = join(folder, "pgbouncer.ini");
  const users = join(folder, "users.txt");
  const lines = Object.entries(settings).map(([name, value]) => `${name} = ${value}`);
  const database = `* = host=127.0.0.1 port=${new URL(postgresUrl).port}`;
  writeFileSync(file, `[databases]\n${database}\n[pgbouncer]\n${lines.join("\n")}\n`);
  writeFileSync(users, roles.map((role) => `"${role}" ""\n`).join(""));
  const user = process.getuid?.() === 0 ? systemUser() : undefined;
  if (user !== undefined) for (const path of [folder, file, users]) chownSync(path, user.uid, user.gid);
  const libraries = execFileSync("uname", ["-m"], { encoding: "utf8" }).trim();
  const child: ChildProcess = spawn(program, [file], {
    cwd: folder,
    ...user,
    env: {
      ...process.env,
      LD_LIBRARY_PATH: join(dirname(dirname(program)), "lib", `${libraries}-linux-gnu`),
    },
    stdio: ["ignore", "ignore", "pipe"],
  });
  await new Promise<void>((resolve, reject) => {
    let said = "";
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      said += text;
      if (said.includes("process up")) resolve();
    });
    child.once("exit", () => reject(new Error(`PgBouncer did not start: ${said}`)));
  });
  return {
    url: (role, database) => `postgres://${role}@127.0.0.1:${port}/${database}`,
    async stop() {
      const ended = new Promise((resolve) => child.once("exit", resolve));
      if (child.exitCode === null) {
        child.kill("SIGTERM");
        await ended;
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
