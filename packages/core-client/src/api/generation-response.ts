import type { GatheredAnswer } from "../run/gather-answer.ts";
import type { GenerationStats } from "./generation-chunk.ts";
import type { ChatMessage } from "./requests.ts";

/** A whole answer to a prompt. */
export interface GenerateResponse extends GenerationStats {
  /** Without the thinking. */
  response: string;
  thinking?: string;
  /** `length` when the answer ends where the length allowed ended. */
  done_reason: string;
  /** What a reader must know of the answer, such as what was left out of it. */
  warnings: string[];
}

/** A whole answer to a conversation. */
export interface ChatResponse extends GenerationStats {
  /** The assistant's message, which can go back as it is in the next request. */
  message: ChatMessage;
  /** `length` when the answer ends where the length allowed ended. */
  done_reason: string;
  /** What a reader must know of the answer, such as what was left out of it. */
  warnings: string[];
}

/** The answer to a prompt, as `/api/generate` names its fields. */
export function generateResponse(answer: GatheredAnswer): GenerateResponse {
  const { response, thinking } = answer;
  return { response, ...(thinking === undefined ? {} : { thinking }), ...endOf(answer) };
}

/** The answer to a conversation, as `/api/chat` names its fields. */
export function chatResponse(answer: GatheredAnswer): ChatResponse {
  const { response: content, thinking, toolCalls } = answer;
  const message: ChatMessage = {
    role: "assistant",
    content,
    ...(thinking === undefined ? {} : { thinking }),
    ...(toolCalls === undefined ? {} : { tool_calls: toolCalls }),
  };
  return { message, ...endOf(answer) };
}

function endOf({ doneReason, warnings, stats }: GatheredAnswer) {
  return { ...stats, done_reason: doneReason, warnings };
}
