import { type FlagDefinitions, serverFlags } from "@ollama-bridge/server-kit";

/** Flags of `serve`. */
export const serveFlags = {
  ...serverFlags,
  all: { type: "boolean", description: "List every tool of every server" },
  engine: { type: "boolean", description: "Start the embedded engine and use it" },
} as const satisfies FlagDefinitions;
