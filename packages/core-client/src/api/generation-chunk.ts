import { isRecord } from "@ollama-bridge/foundation";
import { readToolCalls, type ToolCall } from "./tool-calls.ts";
import { type JsonObject, MAX_TOKENS, readCount, readLabel, readText } from "./values.ts";

/** How a generation ended and what it took, in its last line. Durations are nanoseconds, counts are tokens. */
export interface GenerationStats {
  /** `stop`, `length`, or a word of a server's own. */
  done_reason?: string | undefined;
  total_duration?: number | undefined;
  load_duration?: number | undefined;
  prompt_eval_count?: number | undefined;
  prompt_eval_duration?: number | undefined;
  eval_count?: number | undefined;
  eval_duration?: number | undefined;
}

/** One line of the stream of `/api/generate`. */
export interface GenerateChunk extends GenerationStats {
  response?: string | undefined;
  thinking?: string | undefined;
  /** Whether it is the last line. */
  done?: boolean | undefined;
}

/** One line of the stream of `/api/chat`. */
export interface ChatChunk extends GenerationStats {
  message?: ChunkMessage | undefined;
  /** Whether it is the last line. */
  done?: boolean | undefined;
}

/** One line of either stream. */
export type GenerationChunk = GenerateChunk & ChatChunk;

/** The piece of an assistant's message that a line brings. */
export interface ChunkMessage {
  content?: string | undefined;
  thinking?: string | undefined;
  tool_calls: ToolCall[];
  /** Calls that could not be read. */
  unreadable_calls: number;
}

/** Reads one line of `/api/generate` or `/api/chat`. */
export function readGenerationChunk(line: JsonObject): GenerationChunk {
  const { message } = line;
  return {
    response: readText(line.response),
    thinking: readText(line.thinking),
    message: isRecord(message) ? readMessage(message) : undefined,
    done: line.done === true,
    ...readStats(line),
  };
}

function readStats(line: JsonObject): GenerationStats {
  return {
    done_reason: readLabel(line.done_reason),
    total_duration: readCount(line.total_duration),
    load_duration: readCount(line.load_duration),
    prompt_eval_count: readCount(line.prompt_eval_count, MAX_TOKENS),
    prompt_eval_duration: readCount(line.prompt_eval_duration),
    eval_count: readCount(line.eval_count, MAX_TOKENS),
    eval_duration: readCount(line.eval_duration),
  };
}

function readMessage(message: JsonObject): ChunkMessage {
  const { calls, unreadable } = readToolCalls(message.tool_calls);
  return {
    content: readText(message.content),
    thinking: readText(message.thinking),
    tool_calls: calls,
    unreadable_calls: unreadable,
  };
}
