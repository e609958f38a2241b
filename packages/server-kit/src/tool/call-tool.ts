import { type BridgeError, foundationErrors, toBridgeError } from "@ollama-bridge/foundation";
import type { Logger } from "../log/logger.ts";
import { type Answer, errorAnswer, successAnswer } from "./answer.ts";
import { argumentError } from "./argument-error.ts";
import { checkShape } from "./argument-shape.ts";
import { coerceArguments } from "./coerce-arguments.ts";
import { newRequestId } from "./envelope.ts";
import type { Principal } from "./principal.ts";
import { createProgressReporter, type ProgressNotification, silentProgress } from "./progress.ts";
import { dataAsText } from "./tool.ts";
import type { BoundTool } from "./toolset.ts";
import { takesImages } from "./wire-schema.ts";

/** What a call of a tool comes with. */
export interface CallOptions {
  signal: AbortSignal;
  log: Logger;
  overHttp: boolean;
  principal: Principal;
  /** Where progress goes; absent when the caller asked for none. */
  notify?: (notification: ProgressNotification) => Promise<void>;
}

/**
 * Runs one tool. This is the one error boundary: whatever goes wrong, bad arguments too, becomes an answer
 * with a code; nothing is thrown.
 */
export async function callTool(bound: BoundTool, args: unknown, options: CallOptions): Promise<Answer> {
  const { tool, dependencies } = bound;
  const call = { tool: tool.name, requestId: newRequestId() };
  const { reporter, stop } = options.notify
    ? createProgressReporter(options.notify)
    : { reporter: silentProgress, stop: () => undefined };
  const startedAt = performance.now();
  try {
    const { notify: _, ...caller } = options;
    const context = { ...caller, dependencies, progress: reporter, requestId: call.requestId };
    const output = await tool.handler(parseArguments(tool, args), context);
    const textIsData = tool.text === dataAsText;
    const { data } = output;
    return successAnswer(call, {
      ...output,
      text: tool.text(data),
      textIsData,
      notes: tool.notes?.(data) ?? [],
    });
  } catch (thrown) {
    const error = options.signal.aborted
      ? foundationErrors.create("CANCELLED", "The caller cancelled the call", { cause: thrown })
      : toBridgeError(thrown);
    const fields = { ...call, code: error.code, ms: Math.round(performance.now() - startedAt) };
    if (error.code === "INTERNAL_ERROR")
      options.log.error({ ...fields, stack: stackOf(thrown) }, error.message);
    else options.log.info({ ...fields, ...whereOf(error) }, "the call failed");
    return errorAnswer(call, error);
  } finally {
    stop();
  }
}

/** The message may repeat the prompt, or what a server sent; the caller has it, the log does not. */
function whereOf({ details = {} }: BridgeError): object {
  return Object.fromEntries(Object.entries(details).filter(([key]) => LOGGED_DETAILS.includes(key)));
}

const LOGGED_DETAILS = ["endpoint", "status", "errno", "path"];

const stackOf = (thrown: unknown) => (thrown instanceof Error ? thrown.stack : undefined);

/** @throws BridgeError VALIDATION_ERROR that names the first wrong parameter; INVALID_PROMPT for an empty prompt. */
function parseArguments(tool: BoundTool["tool"], args: unknown): Record<string, unknown> {
  const given = args ?? {};
  const withImages = takesImages(tool);
  checkShape(given, withImages);
  const meant = coerceArguments(tool.input, given);
  // What was JSON in a text has not been looked at yet.
  checkShape(meant, withImages);
  const parsed = tool.input.safeParse(meant);
  if (parsed.success) return parsed.data;
  throw argumentError(tool.input, meant, parsed.error);
}
