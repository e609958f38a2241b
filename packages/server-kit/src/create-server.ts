import { McpServer } from "@modelcontextprotocol/server";
import type { Logger } from "./logger.ts";
import { type RegisterOptions, registerTools } from "./register-toolset.ts";
import { type BoundTool, bindTools, type Toolset } from "./toolset.ts";

/** Who a server says it is. */
export interface ServerInfo {
  name: string;
  title: string;
  version: string;
}

export interface Composition {
  info: ServerInfo;
  toolsets: readonly Toolset[];
  log: Logger;
  results?: RegisterOptions["results"];
  /** Which of the tools to list; all when absent. */
  select?: (tools: BoundTool[]) => BoundTool[];
}

/**
 * A factory of MCP servers over the given toolsets. The SDK calls it once for a connection or an HTTP request, so
 * all that costs anything is done here, once.
 * @throws Error when two different tools have one name.
 */
export function createServerFactory(composition: Composition): () => McpServer {
  const { info, toolsets, log, results = "structured", select = (tools) => tools } = composition;
  const tools = select(bindTools(toolsets));
  const instructions = toolsets.flatMap((toolset) => toolset.instructions ?? []).join("\n\n");
  return () => {
    const server = new McpServer(info, {
      capabilities: { tools: {} },
      ...(instructions === "" ? {} : { instructions }),
    });
    registerTools(server, tools, { log, results });
    return server;
  };
}
