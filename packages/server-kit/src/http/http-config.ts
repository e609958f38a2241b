import * as z from "zod";
import { defineConfigSection } from "../config/config-section.ts";
import { onlyLower } from "../config/narrowings.ts";

/** Where and to whom HTTP is served. */
export const httpSection = defineConfigSection({
  name: "http",
  schema: z
    .strictObject({
      listen: z.string().optional().describe("Serve Streamable HTTP at [host:]port instead of stdio"),
      token_env: z.string().default("BRIDGE_HTTP_TOKEN").describe("Variable that holds the bearer token"),
      max_body_mib: z.number().min(1).max(1024).default(32).describe("Largest request, in MiB"),
      max_calls: z.number().int().min(1).default(64).describe("Calls at once, a session or remote address"),
    })
    .prefault({}),
  environment: {},
  untrusted: { max_body_mib: onlyLower(), max_calls: onlyLower() },
});

export type HttpSettings = z.output<typeof httpSection.schema>;
