import type { RunRequest } from "@ollama-bridge/core-client";
import { parameters } from "@ollama-bridge/core-client/tools";
import * as z from "zod";

/** The model of a step that searches the web instead of asking a model. */
export const WEB_SEARCH = "web_search";

/** One step of a chain. */
export const consultant = z.strictObject({
  id: parameters.name
    .refine((id) => !/[{}]/.test(id), "must not have braces")
    .describe("Name of the step, for {id} in later prompts"),
  model: parameters.name.describe(
    "Model name; auto or auto:<category> where models are routed; web_search: prompt is the query",
  ),
  prompt: parameters.text.describe("The prompt; {id} is replaced by that earlier step's response"),
  timeoutMs: parameters.timeoutMs,
  systemPrompt: parameters.system,
  context: parameters.text.optional().describe("Put before the prompt"),
  rememberAs: parameters.line.min(1).optional().describe("Memory key to store the response under"),
});

/** One step of a chain. */
export type Consultant = z.output<typeof consultant> & Pick<RunRequest, "privacy">;
