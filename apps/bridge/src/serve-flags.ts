import { type FlagDefinitions, serverFlags } from "@ollama-bridge/server-kit";

/** Flags of `serve`. */
export const serveFlags = {
  ...serverFlags,
  all: { type: "boolean", description: "List every tool of every server, not one tool a job" },
  only: { type: "string", description: "Whole servers: core, discovery, router, consult, memory" },
  tools: { type: "string", description: "Single tools, by name" },
  without: { type: "string", description: "All of them but these tools" },
  engine: { type: "boolean", description: "Start the embedded engine and use it" },
} as const satisfies FlagDefinitions;
