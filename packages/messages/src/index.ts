export type { ContentBlock, Message, MessageUsage, StopReason } from "./message/message.ts";
export type { Delta, MessageEvent } from "./message/message-events.ts";
export { createMessage, streamMessage, toServerSentEvents } from "./message/message-stream.ts";
