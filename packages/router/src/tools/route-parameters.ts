import * as z from "zod";

/** Parameters that the routing tools take alike. */
export const timeoutMs = z
  .number()
  .int()
  .min(1)
  .max(86_400_000)
  .default(600_000)
  .describe("Deadline in ms, default 600000");
export const sessionId = z.string().min(1).max(200);
export const dryRun = z
  .boolean()
  .default(false)
  .describe("Only say what would be chosen and why; default false");
export const explain = z
  .boolean()
  .default(false)
  .describe("Add what was considered and every attempt; default false");
