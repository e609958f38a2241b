import { endCommandOnSignals } from "@ollama-bridge/server-kit/start";

/**
 * Without a command, or with `serve`, this is the server, and starts without reading anything of the commands for
 * people.
 */
export async function main(): Promise<void> {
  const [command, ...rest] = process.argv.slice(2);
  if (command === undefined || (command.startsWith("-") && !/^(-h|--help|-v|--version)$/.test(command))) {
    const { serveBridge } = await import("./serve-bridge.ts");
    return serveBridge(process.argv.slice(2));
  }
  if (command === "serve") {
    const { serveBridge } = await import("./serve-bridge.ts");
    return serveBridge(rest);
  }
  endCommandOnSignals();
  const { runCommand } = await import("./commands.ts");
  return runCommand();
}
