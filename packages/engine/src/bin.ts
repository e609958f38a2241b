#!/usr/bin/env node
// First of all, while there is nothing to close: whoever starts the engine may end it at once.
for (const end of ["SIGTERM", "SIGINT", "SIGHUP"])
  process.on(end, () => process.listenerCount(end) === 1 && process.exit(0));

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 22 || (major === 22 && minor < 19)) {
  process.stderr.write(`ollama-bridge-engine needs Node 22.19 or newer, this is ${process.versions.node}\n`);
  process.exit(1);
}

// Windows would look for programs in the working directory first, and that is somebody else's project at times.
process.env.NoDefaultCurrentDirectoryInExePath ??= "1";

const { main } = await import("./main.ts");
await main(process.argv.slice(2));
