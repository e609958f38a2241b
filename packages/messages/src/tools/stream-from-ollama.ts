import { dataAsText, defineTool, runsModel, type ToolContext } from "@ollama-bridge/server-kit";
import { messageAnswerData } from "../message/envelope.ts";
import { messageNotes } from "../message/message-notes.ts";
import type { MessagesDependencies } from "../messages-dependencies.ts";
import { messageInput } from "./message-parameters.ts";
import { respondAsMessage } from "./respond-as-message.ts";

export const streamFromOllama = defineTool({
  name: "stream_from_ollama",
  title: "Stream an answer as a message",
  description:
    "Like process_with_ollama, and sends each event of Anthropic's streaming Messages API as a progress notification, its message being JSON, the moment it is known. The result holds the whole message and the number of events. Ask with a progress token; without one only the result comes.",
  input: messageInput,
  data: messageAnswerData,
  annotations: runsModel,
  plainText: true,
  text: dataAsText,
  notes: messageNotes,
  handler: (args, context: ToolContext<MessagesDependencies>) =>
    respondAsMessage(args, context, { caller: "stream_from_ollama", streams: true }),
});
