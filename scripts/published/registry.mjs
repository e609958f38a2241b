// A registry on loopback: it keeps what is published to it, and gets everything else where npm would get it.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { run } from "../programs.mjs";

const HOST = "127.0.0.1";

/**
 * Starts the registry, with everything it keeps under `folder`.
 * `environment(cache)` makes npm and pnpm use it, with settings of its own and the cache folder of that name.
 */
export async function startRegistry(folder) {
  mkdirSync(folder, { recursive: true });
  const server = await createServer(folder);
  await new Promise((resolve, reject) => server.once("error", reject).listen(0, HOST, resolve));
  const url = `${HOST}:${server.address().port}/`;
  const settings = join(folder, "npmrc");
  // It asks nobody who they are, but npm does not publish without a token.
  writeFileSync(settings, `registry=http://${url}\n//${url}:_authToken=rehearsal\n`);
  return {
    environment: (cache = "npm-cache") => ({
      ...withoutNpmSettings(process.env),
      NPM_CONFIG_USERCONFIG: settings,
      NPM_CONFIG_CACHE: join(folder, cache),
      NPM_CONFIG_AUDIT: "false",
      NPM_CONFIG_FUND: "false",
      NPM_CONFIG_UPDATE_NOTIFIER: "false",
    }),
    close: () =>
      new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      }),
  };
}

async function createServer(folder) {
  const upstream = (await run("npm", ["config", "get", "registry"])).trim();
  const ours = { access: "$all", publish: "$all" };
  const { runServer } = await import("verdaccio"); // takes half a second to load
  return runServer({
    configPath: join(folder, "config.yaml"),
    storage: join(folder, "storage"),
    // By itself it gives up on a registry for minutes that was slow to answer twice.
    uplinks: { upstream: { url: upstream, maxage: "1h", timeout: "5m", max_fails: 100 } },
    packages: {
      "@ollama-bridge/*": ours,
      "ollama-bridge-mcp": ours,
      "**": { access: "$all", proxy: "upstream" },
    },
    auth: { htpasswd: { file: join(folder, "htpasswd") } },
    web: { enable: false },
    log: { type: "stdout", format: "pretty", level: "fatal" },
  });
}

/** Settings of the npm that started this script are not meant for those it starts. */
function withoutNpmSettings(environment) {
  const entries = Object.entries(environment);
  return Object.fromEntries(entries.filter(([name]) => !/^p?npm_(config|lifecycle|package)_/i.test(name)));
}
