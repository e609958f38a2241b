import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import type { CallOptions, ContractClient, ListedTool, Reach, ToolResult } from "./contract-client.ts";

const CALL_TIMEOUT_MS = 60_000;
const MODERN_REVISION = "2026-07-28";

/** A client of the 2.x SDK, held to one protocol era. */
export async function connectSdk2(reach: Reach, era: "legacy" | "modern"): Promise<ContractClient> {
  const client = new Client(
    { name: `contract-2.x-${era}`, version: "1.0.0" },
    { versionNegotiation: { mode: era === "legacy" ? "legacy" : { pin: MODERN_REVISION } } },
  );
  await client.connect(createTransport(reach));
  const listeners = new Map<string, () => void>();
  client.setNotificationHandler("notifications/resources/updated", ({ params }) =>
    listeners.get(params.uri)?.(),
  );
  return {
    listTools: async () => (await client.listTools()).tools as ListedTool[],
    callTool: async (name, args, options: CallOptions = {}) =>
      (await client.callTool(
        { name, arguments: args },
        {
          timeout: CALL_TIMEOUT_MS,
          resetTimeoutOnProgress: true,
          ...(options.signal === undefined ? {} : { signal: options.signal }),
          ...(options.onProgress === undefined ? {} : { onprogress: options.onProgress as never }),
        },
      )) as ToolResult,
    listResources: async () => (await client.listResources()).resources.map(({ uri }) => uri),
    listResourceTemplates: async () =>
      (await client.listResourceTemplates()).resourceTemplates.map(({ uriTemplate }) => uriTemplate),
    async readResource(uri) {
      const { contents } = await client.readResource({ uri });
      return contents.map((content) => ("text" in content ? content.text : "")).join("");
    },
    async complete(uri, name, value) {
      const { completion } = await client.complete({
        ref: { type: "ref/resource", uri },
        argument: { name, value },
      });
      return completion.values;
    },
    listPrompts: async () => (await client.listPrompts()).prompts.map(({ name }) => name),
    async subscribe(uri, onUpdated) {
      listeners.set(uri, onUpdated);
      if (era === "legacy") await client.subscribeResource({ uri });
      else await client.listen({ resourceSubscriptions: [uri] });
    },
    close: () => client.close(),
  };
}

function createTransport(reach: Reach) {
  if ("stdio" in reach) return new StdioClientTransport({ ...reach.stdio, stderr: "ignore" });
  const { url, token, fetch } = reach.http;
  return new StreamableHTTPClientTransport(new URL(url), {
    ...(token === undefined ? {} : { requestInit: { headers: { authorization: `Bearer ${token}` } } }),
    ...(fetch === undefined ? {} : { fetch }),
  });
}
