import { MAX_LIST_LENGTH } from "@ollama-bridge/foundation";
import { defineConfigSection, onlyLower } from "@ollama-bridge/server-kit";
import * as z from "zod";

const atMost = (number: number, what: string) =>
  z.coerce.number().int().min(1).max(MAX_LIST_LENGTH).default(number).describe(`Most ${what}`);

/** How much one call may ask for. */
export const consultSection = defineConfigSection({
  name: "consult",
  schema: z
    .strictObject({
      max_comparison_models: atMost(10, "models of one comparison"),
      max_chain_consultants: atMost(20, "consultants of one chain"),
    })
    .prefault({}),
  untrusted: { max_comparison_models: onlyLower(), max_chain_consultants: onlyLower() },
  environment: {
    MAX_COMPARISON_MODELS: { key: "max_comparison_models", description: "Most models of one comparison" },
    MAX_CHAIN_CONSULTANTS: { key: "max_chain_consultants", description: "Most consultants of one chain" },
  },
});

export type ConsultLimits = z.output<typeof consultSection.schema>;
