import { randomUUID } from "node:crypto";
import { type McpServer, WebStandardStreamableHTTPServerTransport } from "@modelcontextprotocol/server";

const MAX_SESSIONS = 256;
const IDLE_MS = 30 * 60_000;
const SWEEP_MS = 60_000;

interface Session {
  transport: WebStandardStreamableHTTPServerTransport;
  lastUsedMs: number;
  open: number;
}

/**
 * The sessions of clients of the older protocol era, which need a server that outlives a request to cancel calls and
 * to be told of changes. Idle ones end after half an hour; where there are too many, the one idle longest does.
 */
export class Sessions {
  readonly #sessions = new Map<string, Session>();
  readonly #createServer: () => McpServer;
  readonly #maxBodyBytes: number;
  readonly #sweeper: NodeJS.Timeout;

  constructor(createServer: () => McpServer, maxBodyBytes: number) {
    this.#createServer = createServer;
    this.#maxBodyBytes = maxBodyBytes;
    this.#sweeper = setInterval(() => this.#endIdle(), SWEEP_MS).unref();
  }

  async fetch(request: Request, parsedBody?: unknown): Promise<Response> {
    const id = request.headers.get("mcp-session-id");
    const session = id === null ? await this.#open() : this.#sessions.get(id);
    if (session === undefined) return notFound();
    session.lastUsedMs = performance.now();
    session.open++;
    const ended = () => {
      session.open--;
      session.lastUsedMs = performance.now();
    };
    try {
      return untilRead(await session.transport.handleRequest(request, { parsedBody }), ended);
    } catch (error) {
      ended();
      throw error;
    } finally {
      // A request that did not initialise a session leaves nothing behind.
      if (session.transport.sessionId === undefined) await session.transport.close();
    }
  }

  async close(): Promise<void> {
    clearInterval(this.#sweeper);
    await Promise.allSettled([...this.#sessions.values()].map(({ transport }) => transport.close()));
    this.#sessions.clear();
  }

  async #open(): Promise<Session> {
    const transport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      maxRequestBodySize: this.#maxBodyBytes,
      onsessioninitialized: (id) => this.#add(id, session),
    });
    const session: Session = { transport, lastUsedMs: performance.now(), open: 0 };
    await this.#createServer().connect(transport);
    const received = transport.onmessage;
    transport.onmessage = (message, extra) => {
      received?.(message, extra);
      // A cancelled call is never answered: its stream would stay open, and count, for as long as the session lives.
      if (!("method" in message) || message.method !== "notifications/cancelled") return;
      const id = message.params?.requestId;
      if (typeof id === "string" || typeof id === "number") transport.closeSSEStream(id);
    };
    const closed = transport.onclose;
    transport.onclose = () => {
      if (transport.sessionId !== undefined) this.#sessions.delete(transport.sessionId);
      closed?.();
    };
    return session;
  }

  #add(id: string, session: Session): void {
    this.#sessions.set(id, session);
    if (this.#sessions.size <= MAX_SESSIONS) return;
    const others = [...this.#sessions.values()].filter((each) => each !== session);
    others.sort((a, b) => Number(a.open > 0) - Number(b.open > 0) || a.lastUsedMs - b.lastUsedMs);
    void others[0]?.transport.close();
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

/** The protocol's way to say that the client has to initialise again. */
function notFound(): Response {
  const error = { code: -32_001, message: "Session not found: initialise again" };
  return Response.json({ jsonrpc: "2.0", id: null, error }, { status: 404 });
}
