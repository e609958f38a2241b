#!/usr/bin/env node
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 22 || (major === 22 && minor < 19)) {
  process.stderr.write(`ollama-bridge-engine needs Node 22.19 or newer, this is ${process.versions.node}\n`);
  process.exit(1);
}

const { main } = await import("./main.ts");
await main(process.argv.slice(2));
