import type * as z from "zod";
import type { Logger } from "../log/logger.ts";
import type { Principal } from "./principal.ts";
import type { ProgressReporter } from "./progress.ts";

/** The hints of MCP, all of them, so that none is left to a client's guess. */
export interface ToolHints {
  readOnlyHint: boolean;
  destructiveHint: boolean;
  idempotentHint: boolean;
  openWorldHint: boolean;
}

/** What a handler gets beside its arguments. */
export interface ToolContext<Dependencies> {
  dependencies: Dependencies;
  /** Aborts when the caller cancels or its connection ends. */
  signal: AbortSignal;
  progress: ProgressReporter;
  /** The caller reached us over HTTP and may be on another machine. */
  overHttp: boolean;
  /** On whose behalf the call runs: what outlives it is kept for them alone. */
  principal: Principal;
  requestId: string;
  log: Logger;
}

/** What a handler returns; it never formats and never catches, the boundary does. */
export interface ToolOutput<Data> {
  data: Data;
  /** For people who look closer: timings, candidates, attempts. Kept out of `data`, goes to `_meta`. */
  details?: object;
  /** Additions to the envelope's `metadata`. */
  metadata?: object;
}

/** A tool, static: no closure over what it needs, so docs and checks read it without a server. */
export interface ToolDefinition<
  Dependencies,
  Input extends z.ZodObject = z.ZodObject,
  Data extends DataSchema = DataSchema,
> {
  name: string;
  title: string;
  /** What it answers, when to use it, which sibling to use instead; at most 400 characters. */
  description: string;
  input: Input;
  /** The schema of the result's `data`. Tests and the documentation build it; a server that starts does not. */
  data: () => Data;
  annotations: ToolHints;
  /** The tool returns one answer, its text; for clients that would hide the text behind structured content. */
  plainText?: boolean;
  /** Changes the machine: listed only when the operator allows it. */
  requiresManage?: boolean;
  /** `data` for a reader: a model's answer verbatim, else short Markdown; `dataAsText` where a program reads it. */
  text(data: z.output<Data>): string;
  /**
   * What a reader of the text must know beside it, such as that an answer was cut: first one short line. Each becomes a
   * text of its own after `text`, so that an answer stays as it is.
   */
  notes?(data: z.output<Data>): readonly string[];
  handler(args: z.output<Input>, context: ToolContext<Dependencies>): Promise<ToolOutput<z.output<Data>>>;
}

/** The text of a tool whose text is its data as JSON, also where the data is cut or gets warnings. */
export const dataAsText = (data: object): string => JSON.stringify(data);

/** A schema of objects. */
type DataSchema = z.ZodType<object>;

/**
 * Defines a tool: types its handler from the schema of its parameters, and handler and text from the schema of its data.
 *
 * @example
 * import { defineTool, readOnlyHints } from "@ollama-bridge/server-kit";
 * import * as z from "zod";
 *
 * const countWords = defineTool({
 *   name: "count_words",
 *   title: "Count words",
 *   description: "Counts the words of a text. There is no sibling to use instead.",
 *   input: z.strictObject({ text: z.string().max(10_000).describe("The text") }),
 *   data: () => z.strictObject({ count: z.int().describe("Number of words") }),
 *   annotations: readOnlyHints,
 *   text: ({ count }) => `${count} words.`,
 *   async handler({ text }) {
 *     return { data: { count: text.split(/\s+/).filter(Boolean).length } };
 *   },
 * });
 */
export function defineTool<Dependencies, Input extends z.ZodObject, Data extends DataSchema>(
  tool: ToolDefinition<Dependencies, Input, Data>,
): ToolDefinition<Dependencies> {
  // Inside the boundary every tool is handled alike; what it gets has passed its own schema.
  return tool as unknown as ToolDefinition<Dependencies>;
}

/** Hints of a tool that runs a model: changes nothing, may answer otherwise next time, reaches outside. */
export const runsModel: ToolHints = {
  readOnlyHint: true,
  destructiveHint: false,
  idempotentHint: false,
  openWorldHint: true,
};

/** Hints of a tool that looks something up. */
export const readOnlyHints: ToolHints = { ...runsModel, idempotentHint: true };
