import { limitsSection } from "@ollama-bridge/core-client/config";
import { serveProgram } from "@ollama-bridge/server-kit";
import { endCommandOnSignals } from "@ollama-bridge/server-kit/start";
import manifest from "../package.json" with { type: "json" };
import { createMemoryToolset, driverHint, memorySection } from "./memory-toolset.ts";

/** The server `ollama-memory`; with `export` or `import` as the first word a command for a person. */
export async function main(): Promise<void> {
  const [command, ...args] = process.argv.slice(2);
  if (command === "export" || command === "import") {
    endCommandOnSignals();
    const { runTransfer } = await import("./transfer/run-transfer.ts");
    return runTransfer(command, args);
  }
  return serveProgram({
    info: { name: "ollama-memory", title: "Memory", version: manifest.version },
    sections: [memorySection, limitsSection],
    toolsets: (settings) => [createMemoryToolset(settings, { driverHint: driverHint("memory") })],
  });
}
