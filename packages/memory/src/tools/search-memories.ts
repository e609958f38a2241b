import { invalidArgument, MAX_LINE_LENGTH, MAX_NAME_LENGTH } from "@ollama-bridge/foundation";
import { defineTool, readOnlyHints, type ToolContext } from "@ollama-bridge/server-kit";
import * as z from "zod";
import type { MemoryDependencies } from "../memory-dependencies.ts";
import { searchModes } from "../search/search-memories.ts";
import { searchPageData } from "../store/memory.ts";
import * as parameters from "./parameters.ts";

const DAY_MS = 86_400_000;

export const searchMemories = defineTool({
  name: "search_memories",
  title: "Search memories",
  description:
    "Finds entries in memory by words or meaning, tags and time; without a query lists the newest. Answers keys with snippets: read a whole entry with recall.",
  input: z.strictObject({
    query: z.string().max(10_000).default("").describe("What to look for; default: everything, newest first"),
    tags: parameters.tags("Only entries with all of these tags; default any"),
    namespace: parameters.namespace,
    since: z
      .string()
      .max(MAX_NAME_LENGTH)
      .optional()
      .describe("Updated at or after this ISO 8601 date or time"),
    until: z
      .string()
      .max(MAX_NAME_LENGTH)
      .optional()
      .describe("Updated at or before this ISO 8601 date (its end) or time"),
    mode: z
      .enum(searchModes)
      .default("hybrid")
      .describe("By words, by meaning, or both (default; text without an embedding model)"),
    limit: z.number().int().min(1).max(100).default(10).describe("Results a page, default 10"),
    cursor: z.string().max(MAX_LINE_LENGTH).optional().describe("nextCursor of the page before"),
  }),
  data: searchPageData,
  annotations: { ...readOnlyHints, openWorldHint: false },
  text: ({ results, total, nextCursor, warnings = [] }) => {
    const list = results.map(
      ({ key, snippet, tags }) => `- **${key}**${tags.length > 0 ? ` [${tags.join(", ")}]` : ""}: ${snippet}`,
    );
    const head = total === 0 ? "No memories found." : `${results.length} of ${total}:`;
    const more = nextCursor === undefined ? [] : [`More with cursor ${nextCursor}`];
    return [head, ...list, ...more, ...warnings].join("\n");
  },
  async handler({ since, until, namespace, ...search }, context: ToolContext<MemoryDependencies>) {
    const period = { sinceMs: moment("since", since), untilMs: moment("until", until) };
    const call = { signal: context.signal, namespace };
    return { data: await context.dependencies.memory.search({ ...search, ...period }, call) };
  },
});

/** Unix milliseconds of an ISO 8601 date or time; a date alone begins at its start, and as `until` ends at its end. */
function moment(path: "since" | "until", text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const isDate = z.iso.date().safeParse(text).success;
  const isTime = z.iso.datetime({ offset: true, local: true }).safeParse(text).success;
  const atMs = Date.parse(text);
  if ((!isDate && !isTime) || Number.isNaN(atMs))
    throw invalidArgument(path, "is no ISO 8601 date or time, such as 2026-01-31 or 2026-01-31T12:00:00Z");
  return isDate && path === "until" ? atMs + DAY_MS - 1 : atMs;
}
