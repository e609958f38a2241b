import type { CallOptions, OllamaClient, RunRequest } from "@ollama-bridge/core-client";
import { AnswerAccumulator, estimateTokens, streamRequest } from "@ollama-bridge/core-client";
import { newId, usageOf } from "./message.ts";
import { type MessageEvent, MessageEvents } from "./message-events.ts";

/**
 * An answer of one Ollama as the events of Anthropic's streaming Messages API. Nothing is read ahead: who reads slowly
 * makes Ollama wait, and who stops reading stops it.
 * @throws BridgeError as the client's `chatStream` and `generateStream` do.
 */
export async function* streamMessage(
  client: OllamaClient,
  request: RunRequest,
  options: CallOptions = {},
): AsyncGenerator<MessageEvent, void, undefined> {
  const answer = new AnswerAccumulator({ stop: request.stop, thinks: request.thinks });
  const inputTokens = estimateTokens(request);
  const events = new MessageEvents({
    id: newId("msg"),
    model: request.model,
    usage: usageOf(inputTokens, 0),
  });
  for await (const chunk of streamRequest(client, request, options)) {
    yield* events.add(answer.add(chunk));
    if (!chunk.done && !answer.hasEnded) continue;
    const result = answer.result(chunk);
    const { input_tokens, output_tokens } = result.usage;
    yield* events.end(result, usageOf(input_tokens || inputTokens, output_tokens || answer.tokens));
    return;
  }
}

/** Events as the bytes of server-sent events, made as they are read. */
export function toServerSentEvents(events: AsyncIterable<MessageEvent>): ReadableStream<Uint8Array> {
  const iterator = events[Symbol.asyncIterator]();
  const encoder = new TextEncoder();
  return new ReadableStream(
    {
      async pull(controller) {
        const { done, value } = await iterator.next();
        if (done) controller.close();
        else controller.enqueue(encoder.encode(`event: ${value.type}\ndata: ${JSON.stringify(value)}\n\n`));
      },
      async cancel() {
        await iterator.return?.();
      },
    },
    { highWaterMark: 0 },
  );
}
