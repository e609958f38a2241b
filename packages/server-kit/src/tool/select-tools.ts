import type { BoundTool } from "./toolset.ts";

/** Tools that change the machine are listed only when the operator allows it. */
export function withoutManaging(tools: BoundTool[]): BoundTool[] {
  return tools.filter(({ tool }) => tool.requiresManage !== true);
}
