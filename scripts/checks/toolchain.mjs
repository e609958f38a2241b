// Set-up takes nothing from a registry whose bytes are not those that the lock file of the toolchain has a checksum of.
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { run } from "../programs.mjs";

const folder = mkdtempSync(join(tmpdir(), "ollama-bridge-toolchain-"));
const project = join(folder, "project");
const lockFile = join(project, "scripts", "toolchain", "package-lock.json");
const { packages } = JSON.parse(readFileSync("scripts/toolchain/package-lock.json", "utf8"));

/** A package of that name and version with something else in it. */
async function makeTarball(name, { version }) {
  const made = join(folder, "other", name);
  mkdirSync(made, { recursive: true });
  writeFileSync(join(made, "package.json"), JSON.stringify({ name, version }));
  const [{ filename }] = JSON.parse(await run("npm", ["pack", "--json", "--ignore-scripts"], { cwd: made }));
  return readFileSync(join(made, filename.replace("@", "").replace("/", "-")));
}

const integrityOf = (bytes) => `sha512-${createHash("sha512").update(bytes).digest("base64")}`;

/** Serves each package of the lock file with other bytes, and with their right checksum. */
async function serveOthers() {
  const tarballs = new Map();
  for (const [path, entry] of Object.entries(packages)) {
    const name = path.replace("node_modules/", "");
    if (name !== "") tarballs.set(name, { ...entry, name, bytes: await makeTarball(name, entry) });
  }
  const server = createServer((request, response) => {
    const [name, wants] = decodeURIComponent(request.url.slice(1)).split("/-/");
    const { version, bytes, os, cpu } = tarballs.get(name) ?? {};
    if (bytes === undefined) return response.writeHead(404).end();
    if (wants !== undefined) return response.end(bytes);
    const dist = {
      tarball: `http://${request.headers.host}/${name}/-/it.tgz`,
      integrity: integrityOf(bytes),
    };
    const versions = { [version]: { name, version, os, cpu, dist } };
    response.end(JSON.stringify({ name, "dist-tags": { latest: version }, versions }));
  });
  await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
  return { server, tarballs, url: `http://127.0.0.1:${server.address().port}/` };
}

/** Runs set-up with what `accepted` are served as in the lock file; it must stop at the package that `refused` is. */
async function expectRefused(refused, accepted, { tarballs, url }) {
  rmSync(project, { recursive: true, force: true });
  cpSync("scripts", join(project, "scripts"), { recursive: true });
  const lock = { packages: structuredClone(packages), lockfileVersion: 3 };
  for (const name of accepted)
    lock.packages[`node_modules/${name}`].integrity = integrityOf(tarballs.get(name).bytes);
  writeFileSync(lockFile, JSON.stringify(lock));
  writeFileSync(join(folder, ".npmrc"), `registry=${url}\ncache=${join(folder, "cache")}\n`);
  const env = {
    ...process.env,
    HOME: folder,
    USERPROFILE: folder,
    no_proxy: "127.0.0.1",
    NO_PROXY: "127.0.0.1",
  };
  const said = await run(process.execPath, [join(project, "scripts", "run.mjs"), "setup"], { env }).then(
    () => "everything was taken",
    (error) => error.message,
  );
  const isTaken = existsSync(join(project, ".toolchain", "node_modules", refused, "package.json"));
  if (
    isTaken ||
    !(said.includes("EINTEGRITY") || said.includes(`${refused} ${versionOf(refused)} could not be had`))
  )
    throw new Error(`${refused} with other bytes was not refused:\n${said}`);
  console.log(`${refused} with other bytes is refused`);
}

const versionOf = (name) => packages[`node_modules/${name}`]?.version;
const registry = await serveOthers();
try {
  await expectRefused("pnpm", [], registry);
  const platform = process.platform === "win32" ? "win" : process.platform;
  for (const name of [`node-${platform}-${process.arch}`, `@pnpm/exe.${process.platform}-${process.arch}`]) {
    const others = [...registry.tarballs.keys()].filter((other) => other !== name);
    if (versionOf(name) !== undefined) await expectRefused(name, others, registry);
  }
} finally {
  registry.server.close();
  rmSync(folder, { recursive: true, force: true });
}
