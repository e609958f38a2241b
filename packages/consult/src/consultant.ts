import { parameters } from "@ollama-bridge/core-client/tools";
import * as z from "zod";

/** The model of a step that searches the web instead of asking a model. */
export const WEB_SEARCH = "web_search";

/** One step of a chain. */
export const consultant = z.strictObject({
  id: z
    .string()
    .min(1)
    .refine((id) => !/[{}]/.test(id), "must not have braces")
    .describe("Name of the step, for {id} in later prompts"),
  model: z
    .string()
    .min(1)
    .describe("Model name; auto or auto:<category> where models are routed; web_search: prompt is the query"),
  prompt: z.string().describe("The prompt; {id} is replaced by that earlier step's response"),
  timeoutMs: parameters.timeoutMs,
  systemPrompt: parameters.system,
  context: z.string().optional().describe("Put before the prompt"),
  rememberAs: z.string().min(1).optional().describe("Memory key to store the response under"),
});

export type Consultant = z.output<typeof consultant>;
