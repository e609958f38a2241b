import { deadlineAfter, timeLeft } from "@ollama-bridge/foundation";
import { defineTool, runsModel, type ToolContext } from "@ollama-bridge/server-kit";
import * as z from "zod";
import { allowedRoots, type CoreDependencies } from "../core-dependencies.ts";
import { readImages, withFiles } from "../files/attachments.ts";
import { answerNotes, answerText } from "./answer-notes.ts";
import * as parameters from "./parameters.ts";
import { reportProgress } from "./report-progress.ts";
import { runData, runOutput } from "./run-data.ts";

export const ollamaGenerate = defineTool({
  name: "ollama_generate",
  title: "Generate with a model",
  description:
    "Runs a prompt on one Ollama model and returns its answer. Use it for work that should stay local: private code, sensitive documents, summaries in volume. For a conversation with several messages or tools use ollama_chat; for the installed names ollama_list_models.",
  input: z.strictObject({
    model: parameters.model,
    prompt: parameters.prompt,
    system: parameters.system,
    files: parameters.files,
    images: parameters.images,
    ...parameters.generation,
  }),
  data: runData,
  annotations: runsModel,
  plainText: true,
  text: answerText,
  notes: answerNotes,
  async handler(args, context: ToolContext<CoreDependencies>) {
    const { dependencies, signal, progress } = context;
    const roots = allowedRoots(context);
    const deadlineMs = deadlineAfter(args.timeoutMs ?? dependencies.limits.default_timeout_ms);
    const result = await dependencies.runner.run(
      {
        model: args.model,
        prompt: await withFiles(parameters.requirePrompt(args.prompt), args.files, roots),
        system: args.system,
        images: await readImages(args.images, roots),
        format: args.response_schema ?? args.format,
        think: parameters.thinkOption(args.think),
        options: args.options,
        keepAlive: parameters.keepAliveOption(args.keep_alive),
        privacy: args.privacy,
        caller: "ollama_generate",
      },
      { signal, timeoutMs: timeLeft(deadlineMs), onEvent: reportProgress(progress) },
    );
    return runOutput(result, args.think !== undefined);
  },
});
