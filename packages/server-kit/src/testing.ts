/** What tests of servers need and servers do not. */
export { createMcpEndpoint, type McpEndpoint } from "./http/mcp-endpoint.ts";
export { coerceArguments } from "./tool/coerce-arguments.ts";
export { type BoundTool, bindTools } from "./tool/toolset.ts";
export { inputJsonSchema } from "./tool/wire-schema.ts";
