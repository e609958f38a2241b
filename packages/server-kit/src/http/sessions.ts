import { type McpServer, WebStandardStreamableHTTPServerTransport } from "@modelcontextprotocol/server";
import { randomId } from "@ollama-bridge/foundation";
import { type Principal, principalKey } from "../tool/principal.ts";
import { errorResponse, type IncomingMessages } from "./incoming-messages.ts";
import type { Peer } from "./peer.ts";
import { SessionRequests } from "./session-requests.ts";

const MAX_SESSIONS = 256;
/** One address holds no more of them, so that others always find room. */
const MAX_SESSIONS_PER_ADDRESS = 128;
const IDLE_MS = 30 * 60_000;
const SWEEP_MS = 60_000;

interface Session {
  transport: WebStandardStreamableHTTPServerTransport;
  requests: SessionRequests;
  principal: Principal;
  /** Where it was opened from. */
  address: string;
  lastUsedMs: number;
  /** Responses that are not read to their end. */
  open: number;
  /** It did more than begin. */
  isUsed: boolean;
}

/**
 * The sessions of clients of the older protocol era, which need a server that outlives a request to cancel calls and
 * to be told of changes. Idle ones end after half an hour, and earlier where there are too many: then of
 * the addresses that hold the most, one loses a session that was only opened, or else the one that is idle longest.
 */
export class Sessions {
  readonly #sessions = new Map<string, Session>();
  readonly #createServer: (principal: Principal) => McpServer;
  readonly #maxBodyBytes: number;
  readonly #sweeper: NodeJS.Timeout;

  constructor(createServer: (principal: Principal) => McpServer, maxBodyBytes: number) {
    this.#createServer = createServer;
    this.#maxBodyBytes = maxBodyBytes;
    this.#sweeper = setInterval(() => this.#endIdle(), SWEEP_MS).unref();
  }

  /** Whether we issued the session to this peer, and it has not ended. */
  has(id: string, peer: Peer): boolean {
    return this.#of(id, peer) !== undefined;
  }

  async fetch(request: Request, peer: Peer, messages?: IncomingMessages): Promise<Response> {
    const id = request.headers.get("mcp-session-id");
    if (id === null && this.#roomFor(peer.address) === undefined) {
      return errorResponse(
        429,
        -32_000,
        "Too many sessions are in use: end one of them",
        messages?.requestIds,
      );
    }
    const session = id === null ? await this.#open(peer) : this.#of(id, peer);
    if (session === undefined) return errorResponse(404, -32_001, "Session not found: initialize again");
    const { transport, requests } = session;
    const taken = messages && requests.take(messages.body);
    session.open++;
    session.isUsed ||= id !== null && taken !== undefined && taken.ids.length > 0;
    let isOpen = true;
    const ended = () => {
      // A stream that its reader leaves ends twice: it is cancelled, and the read under way comes back.
      if (isOpen) session.open--;
      isOpen = false;
      session.lastUsedMs = performance.now();
    };
    try {
      const response = await transport.handleRequest(request, taken && { parsedBody: taken.body });
      if (taken && !response.ok) requests.drop(taken.ids);
      return untilRead(response, ended);
    } catch (error) {
      if (taken) requests.drop(taken.ids);
      ended();
      throw error;
    } finally {
      // A request that did not initialize a session leaves nothing behind.
      if (transport.sessionId === undefined) await transport.close();
    }
  }

  async close(): Promise<void> {
    clearInterval(this.#sweeper);
    await Promise.allSettled([...this.#sessions.values()].map(({ transport }) => transport.close()));
    this.#sessions.clear();
  }

  /** Another's session is as unknown as one that has ended. */
  #of(id: string, { principal }: Peer): Session | undefined {
    const session = this.#sessions.get(id);
    if (session === undefined || principal === undefined) return session;
    return principalKey(session.principal) === principalKey(principal) ? session : undefined;
  }

  async #open({ address, principal }: Peer): Promise<Session> {
    const id = randomId("", 32);
    const transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: () => id,
      maxRequestBodySize: this.#maxBodyBytes,
      onsessioninitialized: () => {
        void this.#roomFor(address)?.instead?.transport.close();
        this.#sessions.set(id, session);
      },
    });
    const owner: Principal = principal ?? { kind: "session", id };
    await this.#createServer(owner).connect(transport);
    const requests = new SessionRequests(transport);
    const session = {
      transport,
      requests,
      principal: owner,
      address,
      lastUsedMs: performance.now(),
      open: 0,
      isUsed: false,
    };
    const closed = transport.onclose;
    transport.onclose = () => {
      this.#sessions.delete(id);
      closed?.();
    };
    return session;
  }

  /** Undefined when no more sessions may be opened from the address; else the idle one that has to end for it, if any. */
  #roomFor(address: string): { instead?: Session } | undefined {
    const byAddress = Map.groupBy(this.#sessions.values(), (session) => session.address);
    const own = byAddress.get(address) ?? [];
    if (own.length < MAX_SESSIONS_PER_ADDRESS && this.#sessions.size < MAX_SESSIONS) return {};
    const held = [...byAddress.values()];
    const most = Math.max(...held.map(({ length }) => length));
    const ofMost = held.filter(({ length }) => length === most).flat();
    const [instead] = (own.length < MAX_SESSIONS_PER_ADDRESS ? ofMost : own)
      .filter(({ open }) => open === 0)
      .sort((a, b) => Number(a.isUsed) - Number(b.isUsed) || a.lastUsedMs - b.lastUsedMs);
    return instead && { instead };
  }

  #endIdle(): void {
    const oldest = performance.now() - IDLE_MS;
    for (const { transport, lastUsedMs, open } of [...this.#sessions.values()]) {
      if (open === 0 && lastUsedMs < oldest) void transport.close();
    }
  }
}

/** The response, with `ended` called once its body has been read or left: a stream is in use for as long as it is open. */
function untilRead(response: Response, ended: () => void): Response {
  const reader = response.body?.getReader();
  if (reader === undefined) {
    ended();
    return response;
  }
  const body = new ReadableStream<Uint8Array>({
    async pull(controller) {
      try {
        const { done, value } = await reader.read();
        if (!done) return controller.enqueue(value);
        ended();
        controller.close();
      } catch (error) {
        ended();
        throw error;
      }
    },
    cancel(reason) {
      ended();
      return reader.cancel(reason);
    },
  });
  return new Response(body, response);
}
