import { request } from "node:http";

type Json = Record<string, unknown>;

export interface Reply {
  status: number;
  /** What the body holds: one message, a batch, or the events of a stream. */
  messages: Json[];
  sessionId: string | undefined;
}

/** Sends one POST to `/mcp`, and reads its answer to the end. */
export async function post(url: string, body: unknown, headers: Record<string, string> = {}): Promise<Reply> {
  const { response, text } = await send(url, body, headers);
  const sessionId = response.headers["mcp-session-id"];
  return {
    status: response.statusCode ?? 0,
    messages: messagesIn(await text),
    sessionId: typeof sessionId === "string" ? sessionId : undefined,
  };
}

/** Sends one POST whose answer is a stream that stays open; `close` hangs up. */
export async function openStream(url: string, body: unknown, headers: Record<string, string> = {}) {
  const { response, sent } = await send(url, body, headers);
  return { status: response.statusCode ?? 0, close: () => sent.destroy() };
}

function send(url: string, body: unknown, headers: Record<string, string>) {
  type Sent = {
    response: import("node:http").IncomingMessage;
    text: Promise<string>;
    sent: ReturnType<typeof request>;
  };
  return new Promise<Sent>((resolve, reject) => {
    const sent = request(url, {
      method: "POST",
      headers: {
        "content-type": "application/json",
        accept: "application/json, text/event-stream",
        ...headers,
      },
    });
    sent.on("error", reject);
    sent.on("response", (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk) => (text += chunk));
      const ended = new Promise<string>((done) => response.once("close", () => done(text)));
      resolve({ response, text: ended, sent });
    });
    sent.end(typeof body === "string" ? body : JSON.stringify(body));
  });
}

function messagesIn(text: string): Json[] {
  const events = [...text.matchAll(/^data: (\{.*\})$/gm)].map(([, json = ""]) => JSON.parse(json) as Json);
  if (events.length > 0 || text === "") return events;
  const body: unknown = text.startsWith("{") || text.startsWith("[") ? JSON.parse(text) : [];
  return [body].flat() as Json[];
}

/** A client that talks to the server as one user would. */
export interface RawClient {
  request(message: { id: number | string; method: string; params?: Json }): Promise<Reply>;
  cancel(id: number | string): Promise<Reply>;
}

/** A client of the older era, in a session of its own. */
export async function openSession(url: string, headers: Record<string, string> = {}) {
  const clientInfo = { name: "test", version: "1" };
  const params = { protocolVersion: "2025-03-26", capabilities: {}, clientInfo };
  const { sessionId = "", status } = await post(
    url,
    { jsonrpc: "2.0", id: "initialize", method: "initialize", params },
    headers,
  );
  const own = { ...headers, "mcp-session-id": sessionId, "mcp-protocol-version": "2025-03-26" };
  const client: RawClient = {
    request: (message) => post(url, { jsonrpc: "2.0", ...message }, own),
    cancel: (requestId) =>
      post(url, { jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId } }, own),
  };
  return { ...client, sessionId, status, headers: own };
}

const REVISION = "2026-07-28";

/** A message of the newer era and the headers that go with it. */
export function modernMessage(
  { method, params = {}, ...rest }: { id?: number | string; method: string; params?: Json },
  headers: Record<string, string> = {},
) {
  const _meta = {
    "io.modelcontextprotocol/protocolVersion": REVISION,
    "io.modelcontextprotocol/clientInfo": { name: "test", version: "1" },
    "io.modelcontextprotocol/clientCapabilities": {},
  };
  const name = params.name ?? params.uri;
  return {
    body: { jsonrpc: "2.0", ...rest, method, params: { ...params, _meta } },
    headers: {
      ...headers,
      "mcp-protocol-version": REVISION,
      "mcp-method": method,
      ...(typeof name === "string" ? { "mcp-name": name } : {}),
    },
  };
}

/** A client of the newer era: each of its requests stands alone. */
export function modernClient(url: string, headers: Record<string, string> = {}): RawClient {
  const send = (message: Parameters<typeof modernMessage>[0]) => {
    const modern = modernMessage(message, headers);
    return post(url, modern.body, modern.headers);
  };
  return {
    request: send,
    cancel: (requestId) => send({ method: "notifications/cancelled", params: { requestId } }),
  };
}
