export type { ContentBlock, Message, MessageUsage, StopReason } from "./message/message.ts";
export type { MessageEvent } from "./message/message-events.ts";
export { streamMessage, toServerSentEvents } from "./message/message-stream.ts";
