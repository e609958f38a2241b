import { defineConfigSection } from "@ollama-bridge/server-kit";
import * as z from "zod";
import { checkNames } from "./quality/check-names.ts";

const on = (description: string) => z.boolean().default(true).describe(description);
const off = (description: string) => z.boolean().default(false).describe(description);

/** How answers are put into the shape of Anthropic's Messages API. */
export const responsesSection = defineConfigSection({
  name: "responses",
  schema: z
    .strictObject({
      model: z
        .string()
        .min(1)
        .default("auto")
        .describe("Model of a call that names none; auto where models are routed"),
      modelAlias: z
        .string()
        .min(1)
        .optional()
        .describe("Name to give as model; metadata.original_model still tells the one that ran"),
      max_tokens: z
        .number()
        .int()
        .min(1)
        .default(4096)
        .describe("Length that an answer is held to, in tokens"),
      mcp_version: z.string().default("1.0").describe("Given as mcp_version"),
      integration: z
        .strictObject({
          name: z.string().default("ollama-claude-bridge").describe("Name in transport_metadata"),
          version: z.string().default("1.0.0").describe("Version in transport_metadata"),
        })
        .prefault({}),
      response_formatting: z
        .strictObject({
          mimic_claude: on("The Messages API's shape; false: Ollama's own"),
          include_metadata: on("All of metadata; false: source and original_model alone"),
          preserve_formatting: on("The text as it came; false: without white space around it"),
        })
        .prefault({}),
      quality_assurance: z
        .strictObject({
          enabled: on("Look at the quality of answers"),
          checks: z
            .array(z.enum(checkNames))
            .default([...checkNames])
            .describe("What is looked at"),
          enhancement_rules: z
            .strictObject({
              complete_sentences: off("End a last sentence that has no full stop"),
              fix_code_blocks: on("Close a code fence that is left open"),
              validate_syntax: on("Parse the code in answers"),
              expand_response: off("Add a note to an answer that is very short"),
              truncate_response: off("Cut an answer that is longer than max_tokens"),
            })
            .prefault({}),
        })
        .prefault({}),
      streaming: z
        .strictObject({
          enabled: on("Send events while the answer is written"),
          chunk_size: z
            .number()
            .int()
            .min(1)
            .default(100)
            .describe("Characters that are sent together while the client is slow"),
          buffer_size: z
            .number()
            .int()
            .min(1)
            .default(1_048_576)
            .describe("Bytes that may wait for a slow client before its stream is ended"),
        })
        .prefault({}),
      validation: z
        .strictObject({
          strict_mode: off("A failed check is an error"),
          require_usage_stats: on("Estimate the tokens where Ollama does not count them"),
          validate_ids: on("Refuse ids in context that are empty or longer than 256 characters"),
        })
        .prefault({}),
      monitoring: z
        .strictObject({
          track_transformations: on("Count answers, latency and tokens"),
          log_errors: on("Log the checks that an answer failed"),
          metrics_enabled: on("Show the counts on /metrics"),
        })
        .prefault({}),
    })
    .prefault({}),
  environment: {},
});

/** The values of `responses`. */
export type ResponsesSettings = z.output<typeof responsesSection.schema>;
