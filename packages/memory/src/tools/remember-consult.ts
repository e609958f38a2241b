import { defineTool, type ToolContext } from "@ollama-bridge/server-kit";
import * as z from "zod";
import { placementData } from "../external/external.ts";
import type { MemoryDependencies } from "../memory-dependencies.ts";
import { MAX_VALUE_BYTES } from "../store/entry.ts";
import * as parameters from "./parameters.ts";

const rememberData = () =>
  z.strictObject({
    key: z.string().describe("Name of the entry"),
    stored: z.boolean().describe("Always true: a failure is an error"),
    size: z.int().describe("Bytes of the text"),
    ...placementData().shape,
  });

/** The tool that keeps a text under a key. */
export const rememberConsult = defineTool({
  name: "remember_consult",
  title: "Remember",
  description:
    "Keeps a text under a key in durable memory, over restarts and between sessions; a key that is there is rewritten. Use it for consultation results, decisions and analyses that will be needed again. Read it with recall, find it with search_memories.",
  input: z.strictObject({
    key: parameters.key,
    value: z.string().max(MAX_VALUE_BYTES).describe("The text to keep, up to 1 MiB"),
    metadata: z.looseObject({}).default({}).describe("Anything that is to be known about it; default {}"),
    tags: parameters.tags("Tags to find it by; default none"),
    namespace: parameters.namespace,
    ttl_seconds: z
      .number()
      .positive()
      .max(3_155_760_000)
      .optional()
      .describe("Forgotten after so many seconds; default: never"),
  }),
  data: rememberData,
  annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: true, openWorldHint: false },
  text: ({ key, size, backend, location, fallbackFrom, fallbackReason }) =>
    `Stored ${key} (${size} bytes) in ${backend}: ${location}.${fallbackFrom === undefined ? "" : ` ${fallbackFrom} gets it later: ${fallbackReason}.`}`,
  async handler(
    { key, value, metadata, tags, namespace, ttl_seconds },
    context: ToolContext<MemoryDependencies>,
  ) {
    const { memory } = context.dependencies;
    const entry = { value, metadata, tags: [...new Set(tags)] };
    const placement = await memory.remember(key, entry, { namespace, ttlSeconds: ttl_seconds });
    return { data: { key, stored: true, size: Buffer.byteLength(value), ...placement } };
  },
});
