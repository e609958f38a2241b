import type * as z from "zod";
import type { Principal } from "./principal.ts";

/** A text that a client's user can insert; its parameters are strings. */
export interface PromptDefinition<Dependencies, Parameters extends z.ZodObject = z.ZodObject> {
  name: string;
  title: string;
  description: string;
  parameters: Parameters;
  render(
    args: z.output<Parameters>,
    dependencies: Dependencies,
    principal: Principal,
  ): Promise<string> | string;
}

/** Types a prompt's text from its parameters. */
export function definePrompt<Dependencies, Parameters extends z.ZodObject>(
  prompt: PromptDefinition<Dependencies, Parameters>,
): PromptDefinition<Dependencies> {
  return prompt as unknown as PromptDefinition<Dependencies>;
}
