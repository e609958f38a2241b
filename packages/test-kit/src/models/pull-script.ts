import * as z from "zod";
import { modelSchema } from "./model-script.ts";

/** A model that can be pulled from the scripted registry. */
export const pullSchema = z.strictObject({
  model: modelSchema,
  /** Lines of progress between the first byte and the last. */
  steps: z.number().int().min(1).default(4),
  /** 0: no time at all. */
  bytesPerSecond: z.number().default(0),
  fails: z.enum(["disk-full", "unreachable"]).optional(),
});

export type PullScript = z.input<typeof pullSchema>;
export type Pull = z.output<typeof pullSchema>;
