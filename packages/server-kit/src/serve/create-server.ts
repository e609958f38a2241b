import { McpServer } from "@modelcontextprotocol/server";
import type { Logger } from "../log/logger.ts";
import { AnswerStore } from "../tool/answer-store.ts";
import { NextAnswerWarnings } from "../tool/next-answer-warnings.ts";
import type { Principal } from "../tool/principal.ts";
import { registerResources } from "../tool/register-resources.ts";
import { registerTools } from "../tool/register-tools.ts";
import { type BoundTool, bindTools, type Toolset } from "../tool/toolset.ts";
import { CallMetrics } from "./call-metrics.ts";
import { ChangeHub } from "./change-hub.ts";
import { metricsText } from "./metrics.ts";
import { serveSubscriptions, whenClosed } from "./subscriptions.ts";

/** Who a server says it is. */
export interface ServerInfo {
  name: string;
  title: string;
  version: string;
}

/** What a server is made of. */
export interface Composition {
  info: ServerInfo;
  toolsets: readonly Toolset[];
  log: Logger;
  results?: "structured" | "text";
  /** What the next answer has to tell beside its own. */
  warnings?: NextAnswerWarnings;
  /** Which of the tools to list; all when absent. */
  select?: (tools: BoundTool[]) => BoundTool[];
}

/** How a server will be reached. */
interface Connection {
  era: "legacy" | "modern";
  /** It lives as long as its client, not for one request: its client may subscribe to changes. */
  long: boolean;
  /** Whoever calls over it. */
  principal: Principal;
}

/** Makes MCP servers over one composition, and carries the changes of its resources to their clients. */
export interface ServerFactory {
  hub: ChangeHub;
  /** What `/metrics` shows. */
  metrics(): string;
  create(connection: Connection): McpServer;
}

/**
 * Makes a factory of servers. The SDK needs a server for each connection or HTTP request, so everything expensive is done
 * here, once.
 * @throws Error when two different tools have one name.
 *
 * @example
 * import { createLogger, createServerFactory, localUser } from "@ollama-bridge/server-kit";
 *
 * const info = { name: "greeter", title: "Greeter", version: "1.0.0" };
 * const toolset = { name: "greetings", tools: [], dependencies: {}, close: async () => {} };
 * const factory = createServerFactory({ info, toolsets: [toolset], log: createLogger("info") });
 * const server = factory.create({ era: "modern", long: true, principal: localUser });
 * await server.close();
 */
export function createServerFactory(composition: Composition): ServerFactory {
  const { info, toolsets, log, results = "structured", select = (tools) => tools } = composition;
  const { warnings = new NextAnswerWarnings() } = composition;
  const tools = select(bindTools(toolsets));
  const instructions = toolsets.flatMap((toolset) => toolset.instructions ?? []).join("\n\n");
  const hasPrompts = toolsets.some(({ prompts = [] }) => prompts.length > 0);
  // What a server lists stays as it is for its whole life; the SDK would promise news of changes unless told.
  const options = {
    capabilities: {
      tools: { listChanged: false },
      resources: { subscribe: true, listChanged: false },
      ...(hasPrompts ? { prompts: { listChanged: false } } : {}),
    },
    ...(instructions === "" ? {} : { instructions }),
  };
  const answers = new AnswerStore();
  const calls = new CallMetrics();
  const hub = new ChangeHub(toolsets);
  return {
    hub,
    metrics: () => metricsText([...calls.metrics(), ...toolsets.flatMap(({ metrics }) => metrics?.() ?? [])]),
    create({ era, long, principal }) {
      const server = new McpServer(info, options);
      registerTools(server, tools, { log, results, answers, calls, principal, warnings });
      registerResources(server, toolsets, answers, principal);
      if (long) serveSubscriptions(server, hub, era);
      // A session that has ended cannot come back for its answers.
      if (principal.kind === "session") whenClosed(server, () => answers.forget(principal));
      return server;
    },
  };
}
