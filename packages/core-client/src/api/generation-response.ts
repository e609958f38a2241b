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
