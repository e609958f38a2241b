import { amendError, type BridgeError } from "@ollama-bridge/foundation";

/** One model's part. */
export interface BatchResult {
  model: string;
  instance?: string;
  success: boolean;
  response?: string;
  truncated?: boolean;
  error?: { code: string; message: string };
  duration_ms: number;
}

export interface BatchData {
  results: BatchResult[];
  summary: { successful: number; failed: number; total_ms: number; slowest_ms: number };
}

export function summaryOf(results: readonly BatchResult[], totalMs: number): BatchData["summary"] {
  const successful = results.filter(({ success }) => success).length;
  return {
    successful,
    failed: results.length - successful,
    total_ms: Math.round(totalMs),
    slowest_ms: Math.max(...results.map(({ duration_ms }) => duration_ms)),
  };
}

/** The first one's code, with all of them in `data`. */
export function allFailed(first: BridgeError, data: BatchData): BridgeError {
  const lines = data.results.map(({ model, error }) => `- ${model}: ${error?.code}: ${error?.message}`);
  return amendError(first, {
    message: `All ${data.results.length} models failed; the first: ${first.message}`,
    more: lines.join("\n"),
    data,
  });
}

export function batchText({ results }: BatchData): string {
  return results.map(section).join("\n\n");
}

function section({ model, instance, success, response, error }: BatchResult): string {
  if (!success) return `## ${model}\n\n${error?.code}: ${error?.message}`;
  return `## ${model} (${instance})\n\n${response}`;
}
