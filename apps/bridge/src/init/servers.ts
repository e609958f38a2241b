import { existsSync, realpathSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { foundationErrors } from "@ollama-bridge/foundation";

/** A server as people name it, as clients register it, and where it comes from. */
export interface Server {
  /** As `--servers` takes it. */
  name: string;
  registeredName: string;
  packageName: string;
  bins: string[];
  /** Its folder in the repository. */
  folder: string;
}

const single = (name: string, folder = name): Server => ({
  name,
  registeredName: `ollama-${name}`,
  packageName: `@ollama-bridge/${folder}`,
  bins: [`ollama-bridge-${name}`],
  folder: `packages/${folder}`,
});

export const servers: readonly Server[] = [
  {
    name: "bridge",
    registeredName: "ollama-bridge",
    packageName: "ollama-bridge-mcp",
    bins: ["ollama-bridge-mcp", "ollama-bridge"],
    folder: "apps/bridge",
  },
  single("core", "core-client"),
  single("discovery"),
  single("router"),
  single("consult"),
  single("memory"),
  single("messages"),
];

/** A program and its arguments. */
export interface Command {
  command: string;
  args: string[];
}

/**
 * What starts a server: `npx`, or, when the running `bin` is a checkout's, this Node with that checkout's own file.
 * @throws BridgeError CONFIG_INVALID when the checkout has not built it.
 */
export function commandOf(server: Server, bin: string, platform = process.platform): Command {
  const realBin = realpathSync(bin);
  if (!/[\\/]node_modules[\\/]/.test(realBin)) {
    const root = resolve(dirname(realBin), "../../..");
    const file = join(root, server.folder, "dist", "bin.js");
    if (existsSync(file)) return { command: process.execPath, args: [file] };
    throw foundationErrors.create("CONFIG_INVALID", `${file} is not there`, {
      hint: "Build it first: npm run build.",
    });
  }
  const args = ["-y", server.packageName];
  // On Windows npx is a script, which only the shell can start.
  return platform === "win32" ? { command: "cmd", args: ["/c", "npx", ...args] } : { command: "npx", args };
}

/** Whether a client's entry starts this server, in whatever version and from wherever. */
export function starts(entry: unknown, { packageName, bins, folder }: Server): boolean {
  const { command, args = [] } = (entry ?? {}) as Partial<Command>;
  if (typeof command !== "string" || !Array.isArray(args)) return false;
  return [command, ...args].map(String).some((word) => {
    const path = word.replaceAll("\\", "/");
    return (
      word === packageName ||
      word.startsWith(`${packageName}@`) ||
      path.endsWith(`/${folder}/dist/bin.js`) ||
      path.endsWith(`/${packageName}/dist/bin.js`) ||
      bins.includes(path.replace(/^.*\/|\.cmd$/g, ""))
    );
  });
}
