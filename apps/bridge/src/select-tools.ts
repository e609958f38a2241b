import { foundationErrors, shortLine } from "@ollama-bridge/foundation";
import {
  type BoundTool,
  type Toolset,
  type UntrustedProject,
  withoutManaging,
} from "@ollama-bridge/server-kit";
import { serverNames, type ToolsSettings } from "./tools-config.ts";

/** One tool a job: what is listed unless the operator wants it otherwise. */
export const defaultTools = [
  "ask_model",
  "batch_ask",
  "route_task",
  "route_request",
  "assess_capability",
  "list_models",
  "discover_instances",
  "fleet_status",
  "sequential_consultation_chain",
  "remember_consult",
  "recall",
  "search_memories",
];

/** What a server lists beside its own toolset's tools. */
const borrowedTools: Partial<Record<(typeof serverNames)[number], string[]>> = {
  router: ["list_models"],
  consult: ["remember_consult"],
};

/** The tools of the configuration with what the command line says instead. @throws BridgeError CONFIG_INVALID */
export function withFlags(
  configured: ToolsSettings,
  flags: {
    all?: boolean;
    only?: string;
    tools?: string;
    without?: string;
    results?: string;
    "allow-manage"?: boolean;
  },
): ToolsSettings {
  const only = flags.only === undefined ? configured.only : words(flags.only).map(serverName);
  return {
    ...configured,
    ...(only === undefined ? {} : { only }),
    ...(flags.tools === undefined ? {} : { include: words(flags.tools) }),
    without: flags.without === undefined ? configured.without : words(flags.without),
    all: flags.all ?? configured.all,
    allow_manage: flags["allow-manage"] ?? configured.allow_manage,
    results:
      flags.results === undefined ? configured.results : flags.results === "text" ? "text" : "structured",
  };
}

/** @throws BridgeError CONFIG_INVALID for a name that no tool has. */
export function selectTools(tools: BoundTool[], settings: ToolsSettings): BoundTool[] {
  const { all, only, include, without, allow_manage } = settings;
  const known = new Set(tools.map(({ tool }) => tool.name));
  const unknown = [...(include ?? []), ...without].find((name) => !known.has(name));
  if (unknown !== undefined) {
    throw foundationErrors.create("CONFIG_INVALID", `There is no tool ${shortLine(unknown)}`, {
      hint: `There are: ${[...known].join(", ")}.`,
    });
  }
  const borrowed = only?.flatMap((server) => borrowedTools[server] ?? []);
  const isListed = ({ tool: { name }, toolset }: BoundTool) => {
    if (include !== undefined) return include.includes(name);
    if (only !== undefined) return only.some((server) => server === toolset) || borrowed?.includes(name);
    return all || defaultTools.includes(name);
  };
  const chosen = tools.filter((bound) => isListed(bound) && !without.includes(bound.tool.name));
  return allow_manage ? chosen : withoutManaging(chosen);
}

/**
 * Of the tools that the operator lists, those that a project wants which is not trusted. What it names beside them is not
 * listed for its sake. @throws BridgeError CONFIG_INVALID for a name that no tool has.
 */
export function selectWithin(
  listed: BoundTool[],
  tools: BoundTool[],
  project: UntrustedProject,
  wanted: ToolsSettings,
): BoundTool[] {
  const selected = selectTools(tools, { ...wanted, all: true, allow_manage: true });
  const beyond = wanted.include?.filter((name) => !listed.some(({ tool }) => tool.name === name)) ?? [];
  for (const name of beyond) project.ignore(`tools.include: ${name}`);
  return listed.filter((bound) => selected.includes(bound));
}

const words = (text: string) => text.split(/[\s,]+/).filter(Boolean);

function serverName(name: string): (typeof serverNames)[number] {
  const known = serverNames.find((each) => each === name);
  if (known !== undefined) return known;
  throw foundationErrors.create("CONFIG_INVALID", `--only ${name}: there is no such server`, {
    hint: `There are: ${serverNames.join(", ")}.`,
  });
}

/** The toolsets with the resources and prompts of those only that are served; each is still closed at the end. */
export function selectResources(toolsets: Toolset[], { only }: ToolsSettings): Toolset[] {
  if (only === undefined) return toolsets;
  return toolsets.map((toolset) => {
    if (only.some((server) => server === toolset.name)) return toolset;
    const { name, tools, dependencies, close } = toolset;
    return { name, tools, dependencies, close };
  });
}
