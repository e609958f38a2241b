import { visible } from "@ollama-bridge/foundation";
import { Command, Option } from "commander";
import { bridgeInfo } from "./bridge-info.ts";
import type { ConfigFlags } from "./commands/name-untrusted.ts";
import type { InitFlags } from "./init/init.ts";

interface ToolFlags extends ConfigFlags {
  json?: boolean;
}

/** Runs one tool and prints its answer; loaded when one is called. */
async function callTool(name: string, args: object, flags: ToolFlags): Promise<void> {
  const { runToolForPerson } = await import("./commands/run-tool.ts");
  process.exitCode = await runToolForPerson(name, args, flags);
}

const withoutUndefined = (args: object) =>
  Object.fromEntries(Object.entries(args).filter(([, value]) => value !== undefined));

const privacyOption = () =>
  new Option("--privacy <rule>", "local_only: private machines only").choices(["any", "local_only"]);

const listed = (value: string, before: string[] = []) => [...before, value];

/** The commands for people; each is loaded when it is called. */
export async function runCommand(): Promise<void> {
  const program = new Command("ollama-bridge-mcp")
    .description("Gives every MCP client the models of a whole Ollama fleet")
    .version(bridgeInfo.version)
    .configureOutput({ writeErr: (text) => process.stderr.write(visible(text)) });
  const command = (usage: string, what: string) =>
    program
      .command(usage)
      .description(what)
      .option("--config <file>", "configuration file")
      .option("--trust-project", "all that this project's own files say counts")
      .hook("preAction", async (_, action) => {
        const { nameUntrusted } = await import("./commands/name-untrusted.ts");
        await nameUntrusted(action.opts());
      });
  const toolCommand = (usage: string, what: string) =>
    command(usage, what).option("--json", "print the whole answer as JSON");

  // Only listed here: `serve` is started before commander is loaded.
  program
    .command("serve", { isDefault: true })
    .description("serve over stdio or HTTP (the default); see serve --help");
  command("try", "a first run: finds Ollama, or starts the embedded engine, and asks real models")
    .option("--engine", "use the embedded engine even where an Ollama answers")
    .action(async (options: ConfigFlags & { engine?: boolean }) => {
      const { tryBridge } = await import("./first-run/try-bridge.ts");
      process.exitCode = await tryBridge(options);
    });
  command("init", "register servers with your clients; shows the change first and keeps what is there")
    .option("--client <names>", "claude-code, codex, gemini, vscode, cursor, claude-desktop")
    .addOption(
      new Option("--scope <scope>", "for you, for the project, or, with Claude Code, for you in it")
        .choices(["user", "project", "local"])
        .default("user"),
    )
    .option("--servers <names>", "bridge, core, discovery, router, consult, memory", "bridge")
    .option("--env <NAME=VALUE>", "a variable for the servers; may be repeated", listed)
    .option("--yes", "write without asking")
    .option("--dry-run", "only show the change")
    .addOption(new Option("--remove", "take the servers out again").conflicts("env"))
    .action(async (flags: InitFlags) => {
      const { init } = await import("./init/init.ts");
      process.exitCode = await init(flags);
    });
  program
    .command("trust")
    .description(
      "let all count that this project's files say, as they are now; a file that changes asks again",
    )
    .option("--remove", "take it back")
    .action(async (flags: { remove?: boolean }) => {
      const { trust } = await import("./commands/trust.ts");
      process.exitCode = await trust(flags);
    });
  toolCommand("doctor", "look at everything a bridge works with, and tell what to do").action(
    async (flags: ToolFlags) => {
      const { doctor } = await import("./doctor/doctor.ts");
      await doctor(flags);
    },
  );
  toolCommand("scan [hosts...]", "find Ollama instances, here and on the named hosts or networks")
    .option("--ports <ports>", "ports, e.g. 11434-11499")
    .action((hosts: string[], { ports, ...flags }: ToolFlags & { ports?: string }) =>
      callTool(
        "discover_instances",
        withoutUndefined({ hosts: hosts.length > 0 ? hosts : undefined, ports, refresh: true }),
        flags,
      ),
    );
  toolCommand("models", "list the models of the whole fleet")
    .option("--capability <name>", "only models that can: vision, tools, thinking, embedding")
    .option("--tier <tier>", "fast, balanced or powerful")
    .option("--loaded", "only models that are in memory")
    .action(
      ({
        capability,
        tier,
        loaded,
        ...flags
      }: ToolFlags & { capability?: string; tier?: string; loaded?: true }) =>
        callTool("list_models", withoutUndefined({ capability, tier, loaded_only: loaded }), flags),
    );
  toolCommand("ask <model> <prompt...>", "ask one model")
    .option("--system <text>", "system prompt")
    .addOption(privacyOption())
    .action((model: string, words: string[], options: ToolFlags & { system?: string; privacy?: string }) => {
      const { system, privacy, ...flags } = options;
      const prompt = words.join(" ");
      return callTool("ask_model", withoutUndefined({ model, prompt, system, privacy }), flags);
    });
  toolCommand("route <prompt...>", "let the best installed model on the best machine answer")
    .option(
      "--category <name>",
      "code, math, reasoning, general, vision, ocr, factual, agentic, fast, or your own",
    )
    .option("--performance <tier>", "fast, balanced or powerful")
    .addOption(privacyOption())
    .option("--dry-run", "choose, but ask nobody")
    .option("--explain", "tell what was considered")
    .action(
      (
        words: string[],
        options: ToolFlags & {
          category?: string;
          performance?: string;
          privacy?: string;
          dryRun?: true;
          explain?: true;
        },
      ) => {
        const { category, performance, privacy, dryRun, explain, ...flags } = options;
        const shared = { prompt: words.join(" "), privacy, dry_run: dryRun, explain };
        return category === undefined
          ? callTool("route_request", withoutUndefined({ ...shared, performance }), flags)
          : callTool("route_task", withoutUndefined({ ...shared, category }), flags);
      },
    );
  await program.parseAsync();
}
