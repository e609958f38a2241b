import type { McpServer, ServerContext } from "@modelcontextprotocol/server";
import type { Logger } from "../log/logger.ts";
import type { CallMetrics } from "../serve/call-metrics.ts";
import { toResult } from "./answer.ts";
import type { AnswerStore } from "./answer-store.ts";
import { callTool } from "./call-tool.ts";
import { fitSize } from "./fit-size.ts";
import type { NextAnswerWarnings } from "./next-answer-warnings.ts";
import type { Principal } from "./principal.ts";
import type { BoundTool } from "./toolset.ts";
import { wireInputSchema, wireOutputSchema } from "./wire-schema.ts";

export interface RegisterOptions {
  log: Logger;
  /** "text" leaves structured content out of the tools that return one answer. */
  results: "structured" | "text";
  answers: AnswerStore;
  calls: CallMetrics;
  principal: Principal;
  warnings: NextAnswerWarnings;
}

/** Registers the tools with a server: pure and cheap, for it is done once for every HTTP request. */
export function registerTools(
  server: McpServer,
  tools: readonly BoundTool[],
  options: RegisterOptions,
): void {
  const { log, principal, answers } = options;
  for (const bound of tools) {
    const { tool } = bound;
    const textOnly = options.results === "text" && tool.plainText === true;
    server.registerTool(
      tool.name,
      {
        title: tool.title,
        description: tool.description,
        inputSchema: wireInputSchema(tool),
        ...(textOnly ? {} : { outputSchema: wireOutputSchema }),
        annotations: { title: tool.title, ...tool.annotations },
      },
      async (args: unknown, context: ServerContext) => {
        const startedMs = performance.now();
        const answer = await callTool(bound, args, { log, principal, ...callerOf(context) });
        options.calls.record(answer.envelope, performance.now() - startedMs);
        // Nobody reads the answer to a call that was cancelled.
        const told = context.mcpReq.signal.aborted ? answer : options.warnings.addTo(answer);
        return toResult(
          fitSize(told, (id, whole) => answers.keep(principal, id, whole)),
          textOnly,
        );
      },
    );
  }
}

function callerOf({ mcpReq, http }: ServerContext) {
  const progressToken = mcpReq._meta?.progressToken;
  const caller = { signal: mcpReq.signal, overHttp: http !== undefined };
  if (progressToken === undefined) return caller;
  return {
    ...caller,
    notify: (notification: { progress: number; total?: number; message: string }) =>
      mcpReq.notify({ method: "notifications/progress", params: { progressToken, ...notification } }),
  };
}
