import {
  deadlineAfter,
  MAX_LIST_LENGTH,
  MAX_NAME_LENGTH,
  timeLeft,
  withDeadline,
} from "@ollama-bridge/foundation";
import { alsoTakes, defineTool, runsModel, type ToolContext } from "@ollama-bridge/server-kit";
import * as z from "zod";
import type { ChatMessage } from "../api/ollama-api.ts";
import { allowedRoots, type CoreDependencies } from "../core-dependencies.ts";
import { coreErrors } from "../core-errors.ts";
import { Attachments } from "../files/attachments.ts";
import { answerNotes, answerText } from "./answer-notes.ts";
import { withWarnings } from "./attach.ts";
import * as parameters from "./parameters.ts";
import { reportProgress } from "./report-progress.ts";
import { runData, runOutput } from "./run-data.ts";

/** Conversations of agents are long. */
const MAX_MESSAGES = 10_000;

/** A call without arguments is sent with none, or with an empty text, by clients of OpenAI's API. */
const callArguments = alsoTakes(z.looseObject({}).default({}), (value) => (value === "" ? {} : value));

const toolCall = z.looseObject({
  function: z.looseObject({ name: z.string().max(MAX_NAME_LENGTH), arguments: callArguments }),
});

const message = z.strictObject({
  role: z.enum(["system", "user", "assistant", "tool"]).describe("Who speaks"),
  content: parameters.text.default("").describe("What is said"),
  thinking: parameters.text.optional().describe("The assistant's earlier thinking"),
  images: parameters.images,
  tool_calls: z.array(toolCall).max(MAX_LIST_LENGTH).optional().describe("Calls the assistant made"),
  tool_name: z.string().max(MAX_NAME_LENGTH).optional().describe("The tool that answered"),
  tool_call_id: z.string().max(MAX_NAME_LENGTH).optional().describe("The call that it answers"),
  name: z.string().max(MAX_NAME_LENGTH).optional().describe("As tool_name, in OpenAI's format"),
});

const tool = z.looseObject({
  function: z.looseObject({ name: z.string().max(MAX_NAME_LENGTH) }),
});

const chatData = () =>
  runData()
    .omit({ response: true, thinking: true })
    .extend({
      message: z
        .strictObject({
          role: z.literal("assistant").describe("Always assistant"),
          content: z.string().describe("The model's answer"),
          thinking: z.string().exactOptional().describe("The model's thinking, when `think` asked for it"),
          tool_calls: z
            .array(
              z.strictObject({
                id: z.string().optional().describe("The call's id, where the server gives one"),
                function: z.strictObject({
                  index: z.int().optional().describe("The call's place among the calls"),
                  name: z.string().describe("Name of the tool"),
                  arguments: z.record(z.string(), z.unknown()).describe("Arguments of the call"),
                }),
              }),
            )
            .exactOptional()
            .describe("Calls of tools that the model wants; they are the caller's to make"),
        })
        .describe("The model's message"),
    });

type ChatData = z.output<ReturnType<typeof chatData>>;

export const ollamaChat = defineTool({
  name: "ollama_chat",
  title: "Chat with a model",
  description:
    "Answers a conversation on one Ollama model: several messages, images, tools the model may call. The calls it wants come back in message.tool_calls and are the caller's to make. For a single prompt use ollama_generate.",
  input: z.strictObject({
    model: parameters.model,
    messages: z.array(message).min(1).max(MAX_MESSAGES).describe("The conversation, oldest first"),
    tools: z.array(tool).max(MAX_LIST_LENGTH).optional().describe("Tools in OpenAI's function format"),
    pages: parameters.pages,
    ...parameters.generation,
  }),
  data: chatData,
  annotations: runsModel,
  plainText: true,
  text: ({ message: { content: response, tool_calls: calls }, done_reason }) =>
    response === "" && calls !== undefined ? JSON.stringify(calls) : answerText({ response, done_reason }),
  notes: ({ message: { role: _, content, ...beside }, ...rest }) =>
    answerNotes({ ...rest, ...beside }, content === ""),
  async handler(args, context: ToolContext<CoreDependencies>) {
    const { dependencies, signal, progress } = context;
    if (args.messages.every(({ content, images }) => content.trim() === "" && !images?.length)) {
      throw coreErrors.create("INVALID_PROMPT", "Every message is empty");
    }
    const timeoutMs = args.timeoutMs ?? dependencies.limits.default_timeout_ms;
    const deadlineMs = deadlineAfter(timeoutMs);
    const { messages, warnings } = await withDeadline({ signal, timeoutMs }, (ends) =>
      readMessages(args, context, ends),
    );
    const result = await dependencies.runner.run(
      {
        model: args.model,
        messages,
        tools: args.tools,
        format: args.response_schema ?? args.format,
        think: parameters.thinkOption(args.think),
        options: args.options,
        keepAlive: parameters.keepAliveOption(args.keep_alive),
        privacy: args.privacy,
        caller: "ollama_chat",
      },
      {
        signal,
        timeoutMs: timeLeft(deadlineMs),
        onEvent: reportProgress(progress),
      },
    );
    const { data, details } = runOutput(withWarnings({ warnings }, result), args.think !== undefined);
    const { response, thinking, ...rest } = data;
    const { toolCalls } = result;
    const answer: ChatData["message"] = {
      role: "assistant",
      content: response,
      ...(thinking === undefined ? {} : { thinking }),
      ...(toolCalls === undefined ? {} : { tool_calls: toolCalls }),
    };
    return { data: { message: answer, ...rest }, details };
  },
});

/** The conversation with its images read. */
async function readMessages(
  {
    messages,
    model,
    pages,
  }: { messages: z.output<typeof message>[]; model: string; pages?: string | undefined },
  context: ToolContext<CoreDependencies>,
  signal: AbortSignal,
): Promise<{ messages: ChatMessage[]; warnings: string[] }> {
  const attachments = new Attachments(allowedRoots(context), {
    signal,
    pages,
    model,
    canSee: () => context.dependencies.runner.canSee({ model }, { signal }),
    onProgress: (message) => context.progress.update(message),
  });
  const read: ChatMessage[] = [];
  for (const [index, { images, name, ...rest }] of messages.entries()) {
    const { role, tool_name = role === "tool" ? name : undefined } = rest;
    read.push({
      ...rest,
      images: await attachments.images(images, `messages[${index}].images`),
      tool_name,
    });
  }
  return { messages: read, warnings: attachments.warnings };
}
