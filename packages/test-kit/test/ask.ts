import { Readable } from "node:stream";
import type { TestOllama } from "../src/index.ts";

/** A line of any stream of Ollama. */
export type AnswerLine = {
  error?: string;
  response?: string;
  thinking?: string;
  message?: { content: string; thinking?: string; tool_calls?: object[] };
  status?: string;
  completed?: number;
  done?: boolean;
  done_reason?: string;
};

/** Posts the body, or gets the path where there is none. */
export function ask(
  ollama: TestOllama,
  path: string,
  body?: object,
  signal?: AbortSignal,
): Promise<Response> {
  return fetch(`${ollama.url}${path}`, {
    ...(body ? { method: "POST", body: JSON.stringify(body) } : {}),
    ...(signal ? { signal } : {}),
  });
}

/** The lines of a streamed answer as they come. */
export async function* lines(response: Response): AsyncGenerator<AnswerLine> {
  const input = Readable.fromWeb(response.body as import("node:stream/web").ReadableStream);
  let rest = "";
  for await (const chunk of input.setEncoding("utf8")) {
    const found = (rest + chunk).split("\n");
    rest = found.pop() ?? "";
    for (const line of found) yield JSON.parse(line);
  }
}
