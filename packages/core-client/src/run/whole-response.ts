import type { ChatResponse, GenerateResponse } from "../api/generation-response.ts";
import type { ChatMessage } from "../api/requests.ts";
import type { GatheredAnswer } from "./gather-answer.ts";

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
