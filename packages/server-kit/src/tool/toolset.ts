import type { ErrorDefinition } from "@ollama-bridge/foundation";
import type { Settings } from "../config/settings.ts";
import type { Metric } from "../serve/metrics.ts";
import type { PromptDefinition } from "./prompt.ts";
import type { ResourceDefinition, ResourceTemplateDefinition } from "./resource.ts";
import type { ToolDefinition } from "./tool.ts";

/** The definitions of a family of errors, whatever its details are. */
export interface ErrorDefinitions {
  definitions: Readonly<Record<string, ErrorDefinition<Record<string, unknown>>>>;
}

/**
 * The tools of one package with what they share (pools, caches, timers, files). It is made once in a process;
 * registering it with a server is cheap and can happen any number of times.
 */
export interface Toolset<Dependencies = unknown> {
  name: string;
  tools: readonly ToolDefinition<Dependencies>[];
  resources?: readonly ResourceDefinition<Dependencies>[];
  resourceTemplates?: readonly ResourceTemplateDefinition<Dependencies>[];
  prompts?: readonly PromptDefinition<Dependencies>[];
  dependencies: Dependencies;
  /** The errors that its tools fail with, beside those of foundation, for tests and the documentation. */
  errors?: readonly ErrorDefinitions[];
  /** For the client's model: how to choose among these tools. Made without I/O. */
  instructions?: string;
  /**
   * Called when the first client subscribes to anything; from then on `changed` is told the address of each resource
   * that changes, until the returned function is called.
   */
  watch?(changed: (uri: string) => void): () => void;
  /**
   * Takes settings that have changed while it runs, as far as their sections allow it.
   * @throws BridgeError CONFIG_INVALID, with all as it was.
   */
  configure?(settings: Settings): Promise<void> | void;
  /** What it counts, for `/metrics`; made without I/O. */
  metrics?(): Metric[];
  close(): Promise<void>;
}

/** A tool together with the dependencies of its toolset. */
export interface BoundTool {
  tool: ToolDefinition<unknown>;
  dependencies: unknown;
  toolset: string;
}

/**
 * Lists the tools of all toolsets in order. A tool that several toolsets list is taken once.
 * @throws Error when two different tools have one name.
 */
export function bindTools(toolsets: readonly Toolset[]): BoundTool[] {
  const bound = new Map<string, BoundTool>();
  for (const { name: toolset, tools, dependencies } of toolsets) {
    for (const tool of tools) {
      const known = bound.get(tool.name);
      if (known === undefined) bound.set(tool.name, { tool, dependencies, toolset });
      else if (known.tool !== tool)
        throw new Error(`Two tools are called ${tool.name}: one of ${known.toolset}, one of ${toolset}.`);
    }
  }
  return [...bound.values()];
}

/** Leaves out tools that change the machine, which are listed only when the operator allows it. */
export function withoutManaging(tools: BoundTool[]): BoundTool[] {
  return tools.filter(({ tool }) => tool.requiresManage !== true);
}
