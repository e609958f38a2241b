import type { Privacy, RunResult } from "@ollama-bridge/core-client";
import { reportProgress } from "@ollama-bridge/core-client/tools";
import type { ByteBudget } from "@ollama-bridge/foundation";
import type { ToolContext } from "@ollama-bridge/server-kit";
import type { ConsultDependencies } from "./consult-dependencies.ts";

/** What is asked of one model. */
export interface Question {
  model: string;
  prompt: string;
  /** Base64. */
  images?: string[] | undefined;
  context?: string | undefined;
  systemPrompt?: string | undefined;
  privacy?: Privacy | undefined;
  /** Absent: the operator's default. */
  timeoutMs?: number | undefined;
}

/** What asking needs of a call. */
export interface Asking extends Pick<ToolContext<object>, "signal" | "progress" | "log"> {
  dependencies: Pick<ConsultDependencies, "runner" | "web" | "memory" | "requireMayLeave"> & {
    limits: Pick<ConsultDependencies["limits"], "default_timeout_ms">;
  };
  /** Shared by the answers of one call. */
  budget?: ByteBudget;
  /** The tool that was called, for policies. */
  caller?: string;
}

/** Runs one question; its deadline begins now. @throws BridgeError as the runner does. */
export function ask(
  question: Question,
  { dependencies, signal, progress, budget, caller }: Asking,
  label = "",
): Promise<RunResult> {
  const { model, prompt, images, context, systemPrompt, privacy } = question;
  return dependencies.runner.run(
    { model, prompt: withContext(prompt, context), images, system: systemPrompt, privacy, caller },
    {
      signal,
      timeoutMs: timeoutOf(question, dependencies),
      onEvent: reportProgress(progress, label),
      budget,
    },
  );
}

/** Milliseconds that a question may take. */
export function timeoutOf({ timeoutMs }: Question, { limits }: Asking["dependencies"]): number {
  return timeoutMs ?? limits.default_timeout_ms;
}

/** The context stands before the prompt, under its name. */
function withContext(prompt: string, context: string | undefined): string {
  return context ? `Context:\n${context}\n\n${prompt}` : prompt;
}

/** What a reader of the details gets of a run. */
export function runDetails({ instance, timings, usage, thinking }: RunResult): object {
  return { instance, timings, usage, ...(thinking === undefined ? {} : { thinking }) };
}
