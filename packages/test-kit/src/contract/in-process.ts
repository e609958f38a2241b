import {
  bindTools,
  createLogger,
  createServerFactory,
  foundationErrors,
  localUser,
  type Toolset,
} from "@ollama-bridge/server-kit";
import { createMcpEndpoint } from "@ollama-bridge/server-kit/testing";
import { expect } from "vitest";
import * as z from "zod";
import { connectClient } from "./connect.ts";
import type { ContractClient, Reach, ToolResult } from "./contract-client.ts";

/** A server over the toolsets, reached without a socket. */
export function reachInProcess(
  toolsets: Toolset[],
  options: Pick<Parameters<typeof createServerFactory>[0], "select" | "results"> = {},
): Reach {
  const factory = createServerFactory({
    info: { name: "in-process", title: "In process", version: "0.0.0" },
    toolsets,
    log: createLogger("error"),
    ...options,
  });
  const endpoint = createMcpEndpoint(factory, { maxBodyBytes: 32 * 1024 * 1024, onError: () => undefined });
  const peer = { address: "in-process", principal: localUser };
  return {
    http: {
      url: "http://127.0.0.1/mcp",
      fetch: async (url, init) => {
        const request = new Request(url, init);
        const parsedBody = request.method === "POST" ? await request.clone().json() : undefined;
        return endpoint.fetch(request, { peer, parsedBody });
      },
    },
  };
}

/**
 * A client of the newest SDK and protocol on the toolsets: what most tests of tools use. The data of each result is held
 * to the schema that its tool declares, the code of each error to those of the toolsets.
 */
export async function connectToolsets(...toolsets: Toolset[]): Promise<ContractClient> {
  const client = await connectClient("2.x modern", reachInProcess(toolsets));
  return {
    ...client,
    async callTool(name, ...rest) {
      const result = await client.callTool(name, ...rest);
      requireDeclared(toolsets, name, result);
      return result;
    },
  };
}

/** @throws an error that names the field or the code that is not declared. */
function requireDeclared(toolsets: Toolset[], name: string, { structuredContent }: ToolResult): void {
  const bound = bindTools(toolsets).find(({ tool }) => tool.name === name);
  if (structuredContent === undefined || bound === undefined) return;
  const { status, data, error } = answer.parse(structuredContent);
  if (status === "success") bound.tool.data().parse(data);
  else expect(declaredCodes(toolsets)).toContain(error?.code);
}

const answer = z.looseObject({
  status: z.enum(["success", "error"]),
  data: z.unknown().optional(),
  error: z.looseObject({ code: z.string() }).optional(),
});

function declaredCodes(toolsets: Toolset[]): string[] {
  const families = [foundationErrors, ...toolsets.flatMap(({ errors = [] }) => errors)];
  return families.flatMap(({ definitions }) => Object.keys(definitions));
}
