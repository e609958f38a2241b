import { defineTool, readOnlyHints, type ToolContext } from "@ollama-bridge/server-kit";
import * as z from "zod";
import type { MemoryDependencies } from "../memory-dependencies.ts";
import * as parameters from "./parameters.ts";

const recallData = () =>
  z.strictObject({
    key: z.string().describe("Name of the entry"),
    value: z.string().describe("The text"),
    metadata: z.record(z.string(), z.unknown()).describe("What was kept beside it"),
    tags: z.array(z.string()).describe("Its tags"),
    created_at: z.string().exactOptional().describe("ISO 8601; absent where the memory does not know"),
    updated_at: z.string().exactOptional().describe("ISO 8601; absent where the memory does not know"),
  });

type RecallData = z.output<ReturnType<typeof recallData>>;

export const recall = defineTool({
  name: "recall",
  title: "Recall",
  description:
    "Reads the entry that remember_consult kept under a key: its text, metadata, tags and times. Use it when the key is known; to find entries by their content use search_memories.",
  input: z.strictObject({ key: parameters.key, namespace: parameters.namespace }),
  data: recallData,
  annotations: { ...readOnlyHints, openWorldHint: false },
  text: recallText,
  async handler({ key, namespace }, context: ToolContext<MemoryDependencies>) {
    const entry = await context.dependencies.memory.recall(key, { signal: context.signal, namespace });
    const { value, metadata, tags, createdAtMs, updatedAtMs } = entry;
    const data: RecallData = { key, value, metadata, tags };
    if (createdAtMs !== undefined) data.created_at = new Date(createdAtMs).toISOString();
    if (updatedAtMs !== undefined) data.updated_at = new Date(updatedAtMs).toISOString();
    return { data };
  },
});

/** The text as it was kept, and below it what is known about it. */
function recallText({ value, metadata, tags, updated_at }: RecallData): string {
  const about = [
    tags.length > 0 ? `tags: ${tags.join(", ")}` : "",
    Object.keys(metadata).length > 0 ? `metadata: ${JSON.stringify(metadata)}` : "",
    updated_at === undefined ? "" : `updated ${updated_at}`,
  ].filter(Boolean);
  return about.length === 0 ? value : `${value}\n\n(${about.join("; ")})`;
}
