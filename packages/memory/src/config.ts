import { defineConfigSection } from "@ollama-bridge/server-kit";
import * as z from "zod";

/** An MCP server, as clients write it in their `mcp.json`. */
export const externalServerSchema = z.strictObject({
  type: z
    .enum(["stdio", "http", "sse"])
    .optional()
    .describe("How it is spoken to; default: what the other keys say"),
  command: z.string().min(1).optional().describe("Program that serves MCP over stdio"),
  args: z.array(z.string()).optional().describe("Its arguments"),
  env: z.record(z.string(), z.coerce.string()).optional().describe("Environment variables it gets"),
  cwd: z.string().optional().describe("Folder it is started in"),
  url: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe("Address of a server over HTTP"),
  headers: z.record(z.string(), z.string()).optional().describe("Headers sent to that address"),
});

export type ExternalServerConfig = z.output<typeof externalServerSchema>;

/** A variable holds the object as JSON; text that is none is left for the schema to refuse. */
function fromJson(value: unknown): unknown {
  if (typeof value !== "string") return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

/** Where the memory is, and what goes with it. */
export const memorySection = defineConfigSection({
  name: "memory",
  schema: z
    .strictObject({
      url: z
        .string()
        .regex(/^(sqlite:|postgres(ql)?:\/\/)/, "must begin with sqlite: or postgres://")
        .default("sqlite:")
        .describe("Where entries are kept: sqlite:, sqlite:FILE or postgres://…"),
      dir: z.string().optional().describe("Folder of the SQLite file; default: the platform's data folder"),
      namespace: z
        .string()
        .min(1)
        .optional()
        .describe("Default namespace; default: the project folder's name"),
      embed_model: z.string().min(1).optional().describe("Model for semantic search, e.g. nomic-embed-text"),
      external: z
        .preprocess(
          fromJson,
          externalServerSchema.refine(
            ({ command, url }) => (command === undefined) !== (url === undefined),
            "needs command or url",
          ),
        )
        .optional()
        .describe("Another memory server that gets every entry too"),
    })
    .prefault({}),
  environment: {
    MEMORY_URL: { key: "url", description: "sqlite:, sqlite:FILE or postgres://…" },
    MEMORY_DIR: { key: "dir", description: "Folder of the SQLite file" },
    REMEMBER_MCP_CONFIG: { key: "external", description: "JSON of an MCP server that gets every entry too" },
  },
});

/** The values of `memory`. */
export type MemorySettings = z.output<typeof memorySection.schema>;
