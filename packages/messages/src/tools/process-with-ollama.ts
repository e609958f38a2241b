import { dataAsText, defineTool, runsModel, type ToolContext } from "@ollama-bridge/server-kit";
import { messageAnswerData } from "../message/envelope.ts";
import { messageNotes } from "../message/message-notes.ts";
import type { MessagesDependencies } from "../messages-dependencies.ts";
import { messageInput } from "./message-parameters.ts";
import { respondAsMessage } from "./respond-as-message.ts";

export const processWithOllama = defineTool({
  name: "process_with_ollama",
  title: "Answer as a message",
  description:
    "Runs a prompt on an Ollama model and answers in the shape of Anthropic's Messages API, with checks of the answer's quality, for programs that read that shape. The metadata always tells the model that ran. For the events while it is written use stream_from_ollama; for plain text ask_model or ollama_generate.",
  input: messageInput,
  data: messageAnswerData,
  annotations: runsModel,
  plainText: true,
  text: dataAsText,
  notes: messageNotes,
  handler: (args, context: ToolContext<MessagesDependencies>) =>
    respondAsMessage(args, context, {
      caller: "process_with_ollama",
      streams: args.context?.streaming === true,
    }),
});
