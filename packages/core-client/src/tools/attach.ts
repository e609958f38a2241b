import { deadlineAfter, timeLeft, withDeadline } from "@ollama-bridge/foundation";
import type { ToolContext } from "@ollama-bridge/server-kit";
import type { Limits } from "../config.ts";
import { allowedRoots } from "../core-dependencies.ts";
import { Attachments } from "../files/attachments.ts";
import { requirePrompt } from "./parameters.ts";

/** The arguments of a tool that bring something beside the prompt. */
export interface AttachArguments {
  model: string;
  prompt: string;
  files?: string[] | undefined;
  images?: string[] | undefined;
  /** Of PDFs among the files and images. */
  pages?: string | undefined;
}

export interface AttachOptions {
  timeoutMs: number;
  /** Whether the model that will be asked can see. */
  canSee(signal: AbortSignal): Promise<boolean>;
}

/** What a model is sent, and what is to be said of it beside the answer. */
export interface Attached {
  prompt: string;
  images: string[] | undefined;
  warnings: string[];
  /** Milliseconds that are left of the call's time. */
  timeoutMs: number;
}

/**
 * Reads the files and images of a call.
 * @throws BridgeError VALIDATION_ERROR that names the file, INVALID_PROMPT, TIMEOUT_EXCEEDED
 */
export function attach(
  { model, prompt, files, images, pages }: AttachArguments,
  context: Pick<ToolContext<{ limits: Limits }>, "overHttp" | "dependencies" | "signal" | "progress">,
  { timeoutMs, canSee }: AttachOptions,
): Promise<Attached> {
  requirePrompt(prompt);
  const deadlineMs = deadlineAfter(timeoutMs);
  return withDeadline({ signal: context.signal, timeoutMs }, async (signal) => {
    const attachments = new Attachments(allowedRoots(context), {
      signal,
      pages,
      model,
      canSee: () => canSee(signal),
      onProgress: (message) => context.progress.update(message),
    });
    const own = await attachments.images(images);
    const read = await attachments.files(prompt, files, own?.length ?? 0);
    const seen = [...(own ?? []), ...read.images];
    return {
      prompt: read.prompt,
      images: own === undefined && seen.length === 0 ? undefined : seen,
      warnings: attachments.warnings,
      timeoutMs: timeLeft(deadlineMs),
    };
  });
}

/** A result with what is to be said of the attachments before what is to be said of the answer. */
export function withWarnings<Result extends { warnings: string[] }>(
  { warnings }: Pick<Attached, "warnings">,
  result: Result,
): Result {
  return warnings.length === 0 ? result : { ...result, warnings: [...warnings, ...result.warnings] };
}
