/** The oldest Node that the libraries below us run on. */
const OLDEST_NODE = [22, 19] as const;

/** The signals that end a process: told to stop, interrupted, and its terminal closed. */
export const ENDING_SIGNALS = ["SIGTERM", "SIGINT", "SIGHUP"] as const;

/**
 * Ends the process with a code of the signal's number, until somebody listens to that signal who has something to close.
 * What is done at the exit of a process, the end of its children for one, is done then too.
 */
function endOnSignals(codeOf: (signalNumber: number) => number): void {
  for (const signal of ENDING_SIGNALS) {
    process.removeAllListeners(signal);
    process.on(signal, (_name: NodeJS.Signals, number: number) => {
      if (process.listenerCount(signal) === 1) process.exit(codeOf(number));
    });
  }
}

/** A command for a person ends by a signal as a shell expects it; a server, which nothing else ends, with 0. */
export const endCommandOnSignals = () => endOnSignals((signalNumber) => 128 + signalNumber);

/**
 * Runs a program's main module, unless this Node is too old for it. Nothing else is read before the version is
 * known, so that an old Node ends in one clear line and not in a syntax error.
 *
 * @example
 * import { start } from "@ollama-bridge/server-kit/start";
 *
 * // Commonly `() => import("./serve.ts")`, a module that exports `main`.
 * await start(async () => ({ main: async () => console.error("serving") }));
 */
export async function start(load: () => Promise<{ main(): Promise<void> }>): Promise<void> {
  endOnSignals(() => 0); // first of all: a client may end a server as soon as it has started it
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1])) {
    process.stderr.write(
      `Node ${OLDEST_NODE.join(".")} or newer is needed; this is ${process.versions.node}.\n`,
    );
    process.exitCode = 1;
    return;
  }
  // Windows would look for programs in the working directory first, and that is somebody else's project at times.
  process.env.NoDefaultCurrentDirectoryInExePath ??= "1";
  // Imported by name at the top, what an old Node has not would end it before the line above is printed.
  const { enableCompileCache } = await import("node:module");
  enableCompileCache();
  try {
    const { main } = await load();
    await main();
  } catch (error) {
    const { exitWithError } = await import("./exit-with-error.ts");
    exitWithError(error);
  }
}
