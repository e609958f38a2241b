import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StdioClientTransport } from "@modelcontextprotocol/sdk/client/stdio.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";
import { ResourceUpdatedNotificationSchema } from "@modelcontextprotocol/sdk/types.js";
import type { CallOptions, ContractClient, ListedTool, Reach, ToolResult } from "./contract-client.ts";

const CALL_TIMEOUT_MS = 60_000;

/** A client of the 1.x SDK. */
export async function connectSdk1(reach: Reach): Promise<ContractClient> {
  const client = new Client({ name: "contract-1.x", version: "1.0.0" });
  const transport = createTransport(reach);
  // The SDK's own types are not written for exactOptionalPropertyTypes.
  await client.connect(transport as Parameters<Client["connect"]>[0]);
  return {
    listTools: async () => (await client.listTools()).tools as ListedTool[],
    callTool: async (name, args, options: CallOptions = {}) =>
      (await client.callTool({ name, arguments: args }, undefined, {
        timeout: CALL_TIMEOUT_MS,
        resetTimeoutOnProgress: true,
        ...(options.signal === undefined ? {} : { signal: options.signal }),
        ...(options.onProgress === undefined ? {} : { onprogress: options.onProgress as never }),
      })) as ToolResult,
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
      client.setNotificationHandler(ResourceUpdatedNotificationSchema, ({ params }) => {
        if (params.uri === uri) onUpdated();
      });
      await client.subscribeResource({ uri });
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
