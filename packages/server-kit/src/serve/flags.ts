import { type ParseArgsOptionsConfig, parseArgs } from "node:util";
import { foundationErrors } from "@ollama-bridge/foundation";

/** A flag of a command line: what `node:util` needs to know of it, and what it does. */
export type FlagDefinitions = Record<string, ParseArgsOptionsConfig[string] & { description: string }>;

/** Flags that every server takes. */
export const serverFlags = {
  http: { type: "string", description: "[HOST:]PORT: serve Streamable HTTP at /mcp instead of stdio" },
  config: { type: "string", description: "Configuration file, instead of the one that would be found" },
  results: {
    type: "string",
    description: "text: leave structured content out of tools that return one answer",
  },
  "allow-manage": { type: "boolean", description: "List the tools that change the machine" },
  "trust-project": {
    type: "boolean",
    description: "Use commands, addresses and keys in a project's own files",
  },
  help: { type: "boolean", short: "h", description: "Show this help" },
  version: { type: "boolean", short: "v", description: "Show the version" },
} as const satisfies FlagDefinitions;

/** Reads the flags of a command line. @throws BridgeError CONFIG_INVALID that names the flag. */
export function parseFlags<Definitions extends FlagDefinitions>(definitions: Definitions, args: string[]) {
  try {
    const { values } = parseArgs({ args, options: definitions, strict: true, allowPositionals: false });
    const { results } = values as { results?: string };
    if (results !== undefined && results !== "text" && results !== "structured") {
      throw new Error(`--results ${results} is neither text nor structured`);
    }
    return values;
  } catch (error) {
    throw foundationErrors.create(
      "CONFIG_INVALID",
      (error as Error).message.split(". ")[0] ?? "unknown flag",
      {
        hint: `Allowed: ${Object.keys(definitions)
          .map((name) => `--${name}`)
          .join(", ")}.`,
        cause: error,
      },
    );
  }
}

/** Describes the flags for a person. */
export function describeFlags(definitions: FlagDefinitions): string {
  return Object.entries(definitions)
    .map(
      ([name, { type, description }]) =>
        `  --${name}${type === "string" ? " VALUE" : ""}`.padEnd(24) + description,
    )
    .join("\n");
}
