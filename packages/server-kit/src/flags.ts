import { type ParseArgsOptionsConfig, parseArgs } from "node:util";
import { BridgeError } from "./errors.ts";

/** A flag of a command line: what `node:util` needs to know of it, and what it does. */
export type FlagDefinitions = Record<string, ParseArgsOptionsConfig[string] & { description: string }>;

/** Flags that every server takes. */
export const serverFlags = {
  results: {
    type: "string",
    description: "text: leave structured content out of tools that return one answer",
  },
  "allow-manage": { type: "boolean", description: "List the tools that change the machine" },
  help: { type: "boolean", short: "h", description: "Show this help" },
  version: { type: "boolean", short: "v", description: "Show the version" },
} as const satisfies FlagDefinitions;

/** @throws BridgeError CONFIG_INVALID that names the flag. */
export function parseFlags<Definitions extends FlagDefinitions>(definitions: Definitions, args: string[]) {
  try {
    return parseArgs({ args, options: definitions, strict: true, allowPositionals: false }).values;
  } catch (error) {
    throw new BridgeError("CONFIG_INVALID", (error as Error).message.split(". ")[0] ?? "unknown flag", {
      hint: `Allowed: ${Object.keys(definitions)
        .map((name) => `--${name}`)
        .join(", ")}.`,
    });
  }
}

/** The flags as text for a person. */
export function describeFlags(definitions: FlagDefinitions): string {
  return Object.entries(definitions)
    .map(
      ([name, { type, description }]) =>
        `  --${name}${type === "string" ? " VALUE" : ""}`.padEnd(24) + description,
    )
    .join("\n");
}
