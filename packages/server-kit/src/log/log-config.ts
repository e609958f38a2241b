import * as z from "zod";
import { defineConfigSection } from "../config/config-section.ts";
import { anyValue } from "../config/narrowings.ts";
import { logLevels } from "./logger.ts";

/** How much is logged. */
export const logSection = defineConfigSection({
  name: "log",
  schema: z
    .strictObject({ level: z.enum(logLevels).default("info").describe("What is logged to stderr") })
    .prefault({}),
  untrusted: { level: anyValue },
  live: "all",
  environment: { LOG_LEVEL: { key: "level", description: "What is logged to stderr" } },
});
