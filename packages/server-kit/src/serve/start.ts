/** The oldest Node that the libraries below us run on. */
const OLDEST_NODE = [22, 19] as const;

/**
 * Runs a program's main module, unless this Node is too old for it. Nothing else is read before the version is
 * known, so that an old Node ends in one clear line and not in a syntax error.
 */
export async function start(load: () => Promise<{ main(): Promise<void> }>): Promise<void> {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major < OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor < OLDEST_NODE[1])) {
    process.stderr.write(
      `Node ${OLDEST_NODE.join(".")} or newer is needed; this is ${process.versions.node}.\n`,
    );
    process.exitCode = 1;
    return;
  }
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
