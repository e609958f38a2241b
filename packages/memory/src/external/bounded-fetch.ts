/** The limit that the SDK has over stdio. */
const MAX_MESSAGE_BYTES = 10 * 1024 * 1024;
const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;

/** `fetch` for the SDK, which would gather a message without end: one of more than 10 MiB fails. */
export async function boundedFetch(url: string | URL, init?: RequestInit): Promise<Response> {
  const response = await fetch(url, init);
  if (!response.ok || response.body === null) return response;
  const isStream = response.headers.get("content-type")?.startsWith("text/event-stream") === true;
  return new Response(response.body.pipeThrough(boundedMessages(isStream)), response);
}

/** In a stream of events an empty line ends a message; anything else is one message. */
function boundedMessages(isStream: boolean): TransformStream<Uint8Array, Uint8Array> {
  let bytes = 0;
  let isEmptyLine = false;
  return new TransformStream({
    transform(chunk, controller) {
      for (const byte of chunk) {
        bytes++;
        if (!isStream || byte === CARRIAGE_RETURN) continue;
        if (byte === NEWLINE && isEmptyLine) bytes = 0;
        isEmptyLine = byte === NEWLINE;
      }
      if (bytes > MAX_MESSAGE_BYTES)
        controller.error(new Error("the server sent a message of more than 10 MiB"));
      else controller.enqueue(chunk);
    },
  });
}
