import * as z from "zod";

/** Parameters that several tools take alike. */
export const key = z.string().min(1).describe("Name of the entry: any text up to 512 bytes");
export const namespace = z
  .string()
  .min(1)
  .optional()
  .describe("Namespace; default: the project folder's name");
export const tags = (description: string) => z.array(z.string()).default([]).describe(description);
