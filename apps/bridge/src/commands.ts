import { Command } from "commander";
import { bridgeInfo } from "./bridge-info.ts";

/** The commands for people; each is loaded when it is called. */
export async function runCommand(): Promise<void> {
  const program = new Command("ollama-bridge-mcp")
    .description("Gives every MCP client the models of a whole Ollama fleet")
    .version(bridgeInfo.version);
  program.command("serve", { isDefault: true }).description("Serve over stdio (the default)");
  program
    .command("try")
    .description("A first run: finds Ollama, or starts the embedded engine, and asks real models")
    .option("--engine", "use the embedded engine even where an Ollama answers")
    .action(async (options: { engine?: boolean }) => {
      const { tryBridge } = await import("./first-run/try-bridge.ts");
      process.exitCode = await tryBridge(options);
    });
  await program.parseAsync();
}
