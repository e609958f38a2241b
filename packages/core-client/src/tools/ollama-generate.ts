import { defineTool, runsModel, type ToolContext } from "@ollama-bridge/server-kit";
import * as z from "zod";
import type { CoreDependencies } from "../core-dependencies.ts";
import { answerNotes, answerText } from "./answer-notes.ts";
import { attach, withWarnings } from "./attach.ts";
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
    pages: parameters.pages,
    ...parameters.generation,
  }),
  data: runData,
  annotations: runsModel,
  plainText: true,
  text: answerText,
  notes: answerNotes,
  async handler(args, context: ToolContext<CoreDependencies>) {
    const { dependencies, signal, progress } = context;
    const { prompt, images, warnings, timeoutMs } = await attach(args, context, {
      timeoutMs: args.timeoutMs ?? dependencies.limits.default_timeout_ms,
      canSee: (signal) => dependencies.runner.canSee({ model: args.model }, { signal }),
    });
    const result = await dependencies.runner.run(
      {
        model: args.model,
        prompt,
        system: args.system,
        images,
        format: args.response_schema ?? args.format,
        think: parameters.thinkOption(args.think),
        options: args.options,
        keepAlive: parameters.keepAliveOption(args.keep_alive),
        privacy: args.privacy,
        caller: "ollama_generate",
      },
      { signal, timeoutMs, onEvent: reportProgress(progress) },
    );
    return runOutput(withWarnings({ warnings }, result), args.think !== undefined);
  },
});
