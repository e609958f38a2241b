import { defineConfigSection } from "@ollama-bridge/server-kit";
import * as z from "zod";

/** Toolset names, as `--only` takes them. */
export const serverNames = ["core", "discovery", "router", "consult", "memory"] as const;

export const toolsSection = defineConfigSection({
  name: "tools",
  schema: z
    .strictObject({
      only: z.array(z.enum(serverNames)).optional().describe("Whole servers instead of one tool a job"),
      include: z.array(z.string()).optional().describe("Single tools instead of one tool a job"),
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
  trusted: ["allow_manage"],
});

export type ToolsSettings = z.output<typeof toolsSection.schema>;
