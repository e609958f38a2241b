import { MAX_LIST_LENGTH } from "@ollama-bridge/foundation";
import * as z from "zod";
import { MAX_KEY_BYTES } from "../store/entry.ts";

/** A longer text has more bytes, too. */
const name = z.string().max(MAX_KEY_BYTES);

/** Parameters that several tools take alike. */
export const key = name.min(1).describe("Name of the entry: any text up to 512 bytes");
export const namespace = name.min(1).optional().describe("Namespace; default: the project folder's name");
export const tags = (description: string) =>
  z.array(name).max(MAX_LIST_LENGTH).default([]).describe(description);
