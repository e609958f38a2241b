// PgBouncer for the tests of memory, out of the system's own packages: unpacked into .toolchain, not installed.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { delimiter, join } from "node:path";

/** Libraries that a small system does not have; the others come with Postgres. */
const LIBRARIES = /^\s*Depends: (lib(?:event|c-ares|cares)[\w.-]*)$/gm;
const PLACES = [...(process.env.PATH ?? "").split(delimiter), "/usr/sbin"];

/** Where there is none yet and the system has apt-get. Without it its tests say so and are skipped. */
export function bringPgBouncer(toolchain, say) {
  const made = join(toolchain, "debian");
  if (process.platform !== "linux" || existsSync(made)) return;
  if (PLACES.some((folder) => existsSync(join(folder, "pgbouncer")))) return;
  const cwd = `${made}.partial`;
  rmSync(cwd, { recursive: true, force: true });
  mkdirSync(cwd, { recursive: true });
  const ran = (program, args) => {
    const { status, stdout } = spawnSync(program, args, { cwd, encoding: "utf8" });
    return status === 0 ? stdout : undefined;
  };
  const depends = ran("apt-cache", ["depends", "pgbouncer"]);
  const libraries = [...(depends ?? "").matchAll(LIBRARIES)].map(([, name]) => name);
  const isThere =
    depends !== undefined &&
    ran("apt-get", ["download", "pgbouncer", ...libraries]) !== undefined &&
    readdirSync(cwd)
      .filter((name) => name.endsWith(".deb"))
      .every((name) => ran("dpkg-deb", ["-x", name, cwd]) !== undefined);
  if (isThere) renameSync(cwd, made);
  else rmSync(cwd, { recursive: true, force: true });
  say(isThere ? "brought PgBouncer into .toolchain" : "there is no PgBouncer: its tests are skipped");
}
