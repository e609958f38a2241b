import { invalidArgument, randomId } from "@ollama-bridge/foundation";
import { type Principal, principalKey } from "@ollama-bridge/server-kit";

/** Names a conversation: the caller chooses the session's id, and it counts for the caller alone. */
export interface ConversationId {
  principal: Principal;
  sessionId: string;
}

/** Random ids of 128 bits as programs write them: 32 hexadecimal digits, also as a UUID, after any word. */
const UNGUESSABLE = /(^|\W|_)[0-9a-f]{8}(-?[0-9a-f]{4}){3}-?[0-9a-f]{12}$/i;

/**
 * The key under which a conversation is kept: no two principals, namespaces and ids share one.
 * @throws BridgeError VALIDATION_ERROR when nothing tells the caller from others and the id could be guessed.
 */
export function conversationKey({ principal, sessionId }: ConversationId, namespace: string): string {
  if (principal.kind === "anonymous" && !UNGUESSABLE.test(sessionId)) {
    const issue =
      "can be guessed, and without a token or an MCP session it is the only key to the conversation";
    throw invalidArgument(
      "session_id",
      issue,
      `Use this one from now on: ${randomId("", 32)}. Or connect with a token or over stdio.`,
    );
  }
  return `conversation:${JSON.stringify([principalKey(principal), namespace, sessionId])}`;
}
