import { answerNotes, answerText, attach, parameters, withWarnings } from "@ollama-bridge/core-client/tools";
import { defineTool, runsModel, type ToolContext } from "@ollama-bridge/server-kit";
import * as z from "zod";
import { routedData, routedOutput } from "../route-output.ts";
import type { RouterDependencies } from "../router-dependencies.ts";
import { reportRoute } from "./report-route.ts";
import { timeoutMs } from "./route-parameters.ts";

export const askModel = defineTool({
  name: "ask_model",
  title: "Ask one model",
  description:
    "Sends a prompt to one model, named, or chosen with auto or auto:<category>, on the best Ollama instance that has it, and returns the answer; another instance steps in when one fails. Use it when you know the model. For several answers use batch_ask, to let a task's category decide route_task, for names list_models.",
  input: z.strictObject({
    model: parameters.model,
    prompt: parameters.prompt,
    system: parameters.system,
    files: parameters.files,
    images: parameters.images,
    pages: parameters.pages,
    options: parameters.options,
    think: parameters.think,
    privacy: parameters.privacy,
    timeoutMs,
  }),
  data: routedData,
  annotations: runsModel,
  plainText: true,
  text: answerText,
  notes: answerNotes,
  async handler(args, context: ToolContext<RouterDependencies>) {
    const { dependencies, signal, progress } = context;
    const { router } = dependencies;
    const { prompt, images, warnings, timeoutMs } = await attach(args, context, {
      timeoutMs: args.timeoutMs,
      canSee: (signal) =>
        router.canSee({ model: args.model, prompt: args.prompt, caller: "ask_model" }, { signal }),
    });
    const result = await router.run(
      {
        model: args.model,
        prompt,
        system: args.system,
        images,
        options: args.options,
        think: parameters.thinkOption(args.think),
        privacy: args.privacy,
        caller: "ask_model",
      },
      { signal, timeoutMs, onEvent: reportRoute(progress) },
    );
    return routedOutput(withWarnings({ warnings }, result), args.think !== undefined);
  },
});
