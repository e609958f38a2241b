import type * as z from "zod";
import type { Principal } from "./principal.ts";

/** A text that a client's user can insert; its parameters are strings. */
export interface PromptDefinition<Deps, Parameters extends z.ZodObject = z.ZodObject> {
  name: string;
  title: string;
  description: string;
  parameters: Parameters;
  render(args: z.output<Parameters>, deps: Deps, principal: Principal): Promise<string> | string;
}

/** Types a prompt's text from its parameters. */
export function definePrompt<Deps, Parameters extends z.ZodObject>(
  prompt: PromptDefinition<Deps, Parameters>,
): PromptDefinition<Deps> {
  return prompt as unknown as PromptDefinition<Deps>;
}
