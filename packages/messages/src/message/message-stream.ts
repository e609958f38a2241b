import type { CallOptions, OllamaClient, RunOptions, RunRequest } from "@ollama-bridge/core-client";
import {
  AnswerAccumulator,
  answerBudget,
  estimateTokens,
  runOnInstance,
  streamRequest,
} from "@ollama-bridge/core-client";
import { type Message, newId, toMessage, usageOf } from "./message.ts";
import { type MessageEvent, MessageEvents } from "./message-events.ts";

/**
 * Runs a prompt on one Ollama and answers with a message in the shape of Anthropic's Messages API.
 * @throws BridgeError as the client's `chat` and `generate` do.
 *
 * @example
 * import { OllamaClient } from "@ollama-bridge/core-client";
 * import { createMessage } from "@ollama-bridge/messages";
 *
 * const client = new OllamaClient("http://gpu-box:11434");
 * const { content, stop_reason } = await createMessage(client, { model: "llama3.2", prompt: "Why is the sky blue?" });
 * console.log(content, stop_reason);
 */
export async function createMessage(
  client: OllamaClient,
  request: RunRequest,
  options: RunOptions = {},
): Promise<Message> {
  const result = await runOnInstance(client, request, options);
  const { input_tokens, output_tokens } = result.usage;
  return toMessage(newId("msg"), result, usageOf(input_tokens, output_tokens));
}

/**
 * Runs a prompt on one Ollama and gives the events of Anthropic's streaming Messages API. Nothing is read ahead: who reads slowly
 * makes Ollama wait, and who stops reading stops it.
 * @throws BridgeError as the client's `chatStream` and `generateStream` do.
 *
 * @example
 * import { OllamaClient } from "@ollama-bridge/core-client";
 * import { streamMessage } from "@ollama-bridge/messages";
 *
 * const client = new OllamaClient("http://gpu-box:11434");
 * for await (const event of streamMessage(client, { model: "llama3.2", prompt: "Why is the sky blue?" }))
 *   if (event.type === "content_block_delta") console.log(event.delta);
 */
export async function* streamMessage(
  client: OllamaClient,
  request: RunRequest,
  options: CallOptions = {},
): AsyncGenerator<MessageEvent, void, undefined> {
  const budget = answerBudget();
  const answer = new AnswerAccumulator({ budget, stop: request.stop, thinks: request.thinks });
  const inputTokens = estimateTokens(request);
  const events = new MessageEvents({
    id: newId("msg"),
    model: request.model,
    usage: usageOf(inputTokens, 0),
  });
  try {
    for await (const chunk of streamRequest(client, request, options)) {
      yield* events.add(answer.add(chunk));
      if (!chunk.done && !answer.hasEnded) continue;
      const result = answer.result(chunk);
      const { input_tokens, output_tokens } = result.usage;
      yield* events.end(result, usageOf(input_tokens || inputTokens, output_tokens || answer.tokens));
      return;
    }
  } finally {
    budget.release();
  }
}

/** Encodes events as the bytes of server-sent events, made as they are read. */
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
