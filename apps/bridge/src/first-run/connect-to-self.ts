import { Client } from "@modelcontextprotocol/client";
import { StdioClientTransport } from "@modelcontextprotocol/client/stdio";
import { bridgeInfo } from "../bridge-info.ts";

/** What a call came to, as a client sees it. */
export interface ToolAnswer {
  text: string;
  data: Record<string, unknown>;
  details: Record<string, unknown>;
  isError: boolean;
  ms: number;
}

export interface BridgeConnection {
  toolNames: string[];
  call(name: string, args: object): Promise<ToolAnswer>;
  close(): Promise<void>;
}

/** Starts this very program as a server and connects to it the way every client does: over stdio. */
export async function connectToSelf(env: Record<string, string>): Promise<BridgeConnection> {
  const bin = process.argv[1];
  if (bin === undefined) throw new Error("the program does not know its own path");
  const client = new Client({ name: `${bridgeInfo.name}-try`, version: bridgeInfo.version });
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [bin, "serve", "--all"],
    env: { ...inheritedEnvironment(), ...env },
    stderr: "ignore",
  });
  await client.connect(transport);
  const { tools } = await client.listTools();
  return {
    toolNames: tools.map(({ name }) => name),
    async call(name, args) {
      const startedAt = performance.now();
      const result = await client.callTool({ name, arguments: { ...args } }, { timeout: 600_000 });
      const content = result.content.map((block) => (block.type === "text" ? block.text : "")).join("\n");
      const envelope = (result.structuredContent ?? {}) as { data?: Record<string, unknown> };
      const details = (result._meta?.["ollama-bridge/details"] ?? {}) as Record<string, unknown>;
      const ms = Math.round(performance.now() - startedAt);
      return { text: content, data: envelope.data ?? {}, details, isError: result.isError === true, ms };
    },
    close: () => client.close(),
  };
}

function inheritedEnvironment(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(process.env).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}
