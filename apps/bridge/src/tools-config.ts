import { defineConfigSection, type Narrowing, taken } from "@ollama-bridge/server-kit";
import * as z from "zod";

/** Toolset names, as `--only` takes them. */
export const serverNames = ["core", "discovery", "router", "consult", "memory", "messages"] as const;

/** The operator's value stays as it is; the project's is asked for by itself. */
const apart: Narrowing<never> = {
  how: "only among the tools that are listed without it",
  narrow: taken,
  merge: (without) => without,
};

export const toolsSection = defineConfigSection({
  name: "tools",
  schema: z
    .strictObject({
      only: z.array(z.enum(serverNames)).optional().describe("Whole servers instead of one tool per job"),
      include: z.array(z.string()).optional().describe("Single tools instead of one tool per job"),
      without: z.array(z.string()).default([]).describe("Tools that are left out"),
      all: z.boolean().default(false).describe("Every tool of every server"),
      allow_manage: z.boolean().default(false).describe("List the tools that change the machine"),
      results: z
        .enum(["structured", "text"])
        .default("structured")
        .describe("text: no structured content with one answer"),
    })
    .prefault({}),
  environment: {},
  // These count beside the operator's, and only among the tools that those list: see `selectWithin`.
  untrusted: { only: apart, include: apart, without: apart },
});

export type ToolsSettings = z.output<typeof toolsSection.schema>;
