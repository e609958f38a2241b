import { IncomingMessage } from "node:http";

export async function readText(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString("utf8");
}

/** The JSON, or the text that is none. */
export function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The request again, to be read a second time. */
export function replay(request: IncomingMessage, text: string): IncomingMessage {
  const again = new IncomingMessage(request.socket);
  const { method, url, headers, rawHeaders, httpVersion } = request;
  Object.assign(again, { method, url, rawHeaders, httpVersion, complete: true });
  again.headers = headers;
  if (text) again.push(text);
  again.push(null);
  return again;
}
