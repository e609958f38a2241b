import type { Client, Transport } from "@modelcontextprotocol/client";
import * as z from "zod";
import manifest from "../../package.json" with { type: "json" };
import { boundedFetch } from "./bounded-fetch.ts";
import { BRIDGE_TOOLS, BridgeServer } from "./bridge-server.ts";
import type { CallTool, ExternalLimits, ExternalMemory } from "./external-memory.ts";
import { ToolRefused } from "./external-memory.ts";
import { CHILD_MARKER, type ExternalServer } from "./find-external.ts";
import { GRAPH_TOOLS, KnowledgeGraph } from "./knowledge-graph.ts";

/** A connection to an external memory. */
export interface Connection {
  /** What the server calls itself. */
  name: string;
  /** Absent when it is of no use. */
  memory: ExternalMemory | undefined;
  /** Why it is of no use. */
  unfit: string;
  /** It answers out of our own store. */
  isOurs: boolean;
  close(): Promise<void>;
}

/** How long a server may take to start and to say what it offers; `npx` may have to fetch it first. */
const CONNECT_TIMEOUT_MS = 60_000;

export interface ConnectOptions {
  closing: AbortSignal;
  onClose: () => void;
  /** Whether the memory answers out of our own store. */
  isOurs: (memory: ExternalMemory, limits: ExternalLimits) => Promise<boolean>;
}

/** Starts or reaches the server. @throws Error when it cannot be reached or does not speak MCP. */
export async function connect(
  server: ExternalServer,
  homeNamespace: string,
  { closing, onClose, isOurs }: ConnectOptions,
): Promise<Connection> {
  const { Client } = await import("@modelcontextprotocol/client");
  const client = new Client({ name: "ollama-bridge-memory", version: manifest.version });
  client.onclose = onClose;
  const signal = AbortSignal.any([closing, AbortSignal.timeout(CONNECT_TIMEOUT_MS)]);
  const limits = { signal, timeout: CONNECT_TIMEOUT_MS };
  try {
    await client.connect(await transportTo(server), limits);
    const { tools } = await client.listTools({}, limits);
    const names = new Set(tools.map(({ name }) => name));
    const offers = (wanted: string[]) => wanted.every((name) => names.has(name));
    const call = callerOf(client);
    const memory = offers(BRIDGE_TOOLS)
      ? new BridgeServer(call)
      : offers(GRAPH_TOOLS)
        ? new KnowledgeGraph(call, homeNamespace)
        : undefined;
    // A copy of ours on the same store, or one that asks us, would take every entry for a new one and hand it on again.
    const ours = memory instanceof BridgeServer && (await isOurs(memory, limits));
    return {
      name: client.getServerVersion()?.name ?? server.source,
      memory: ours ? undefined : memory,
      isOurs: ours,
      unfit: ours
        ? "answers out of this server's own store"
        : "offers neither this package's tools nor a knowledge graph's",
      close: () => client.close(),
    };
  } catch (error) {
    await client.close().catch(() => undefined); // it may never have been open
    throw error;
  }
}

async function transportTo({ config }: ExternalServer): Promise<Transport> {
  const { type, command, args = [], env = {}, cwd, url, headers = {} } = config;
  if (url !== undefined) {
    const { SSEClientTransport, StreamableHTTPClientTransport } = await import(
      "@modelcontextprotocol/client"
    );
    const HttpTransport = type === "sse" ? SSEClientTransport : StreamableHTTPClientTransport;
    return new HttpTransport(new URL(url), { requestInit: { headers }, fetch: boundedFetch });
  }
  const [{ getDefaultEnvironment }, { ChildTransport }] = await Promise.all([
    import("@modelcontextprotocol/client/stdio"),
    import("./child-transport.ts"),
  ]);
  return new ChildTransport({
    command: command ?? "",
    args,
    env: { ...getDefaultEnvironment(), ...env, [CHILD_MARKER]: "1" },
    cwd,
  });
}

const refusal = z.looseObject({ error: z.looseObject({ code: z.string() }) });
const answer = z.record(z.string(), z.unknown()).catch({});
/** Of what a server says when it refuses. */
const MAX_REFUSAL_CHARACTERS = 2_000;

/** Statuses that say nothing about what was sent. */
const NOT_ABOUT_THE_CALL = [401, 403, 404, 408, 429];

function callerOf(client: Client): CallTool {
  return async (name, args, { signal }) => {
    const result = await client
      .callTool({ name, arguments: args }, { signal })
      .catch(async (error: Error) => {
        throw (await isAnswer(error)) ? new ToolRefused(`${name}: ${error.message}`) : error;
      });
    const [first] = result.content;
    const text = first?.type === "text" ? first.text : "";
    if (result.isError) {
      const { data: envelope } = refusal.safeParse(result.structuredContent);
      throw new ToolRefused(`${name}: ${text.slice(0, MAX_REFUSAL_CHARACTERS)}`, envelope?.error.code);
    }
    // Older servers answer in text only, which then is JSON, or nothing that is needed here.
    return answer.parse(result.structuredContent ?? parsed(text));
  };
}

/** An error of the protocol, or a status by which the server refused this very message. */
async function isAnswer(error: Error): Promise<boolean> {
  const { ProtocolError, SdkHttpError } = await import("@modelcontextprotocol/client");
  if (error instanceof ProtocolError) return true;
  if (!(error instanceof SdkHttpError)) return false;
  const { status = 0 } = error;
  return status >= 400 && status < 500 && !NOT_ABOUT_THE_CALL.includes(status);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}
