import { invalidArgument, randomId } from "@ollama-bridge/foundation";
import { type Principal, principalKey } from "@ollama-bridge/server-kit";

/** Names a conversation: the caller chooses the session's id, and it counts for the caller alone. */
export interface ConversationId {
  principal: Principal;
  sessionId: string;
  /** @default that of the project */
  namespace?: string | undefined;
}

const PREFIX = "conversation:";

/** Random ids of 128 bits as programs write them: 32 hexadecimal digits, also as a UUID, after any word. */
const UNGUESSABLE = /(^|\W|_)[0-9a-f]{8}(-?[0-9a-f]{4}){3}-?[0-9a-f]{12}$/i;

/**
 * The key under which a conversation is kept: no two principals, namespaces and ids share one.
 * @throws BridgeError VALIDATION_ERROR when nothing tells the caller from others and the id could be guessed.
 */
export function conversationKey(
  { principal, sessionId, namespace }: ConversationId,
  ofProject: string,
): string {
  if (principal.kind === "anonymous" && !UNGUESSABLE.test(sessionId)) {
    const issue =
      "can be guessed, and without a token or an MCP session it is the only key to the conversation";
    throw invalidArgument(
      "session_id",
      issue,
      `Use this one from now on: ${randomId("", 32)}. Or connect with a token or over stdio.`,
    );
  }
  return `${PREFIX}${JSON.stringify([principalKey(principal), namespace ?? ofProject, sessionId])}`;
}

/**
 * What the keys of a principal's conversations in a namespace begin with.
 * @throws BridgeError VALIDATION_ERROR for a caller that nothing tells from others: the ids are the keys of them all.
 */
export function conversationPrefix(principal: Principal, namespace: string): string {
  if (principal.kind !== "anonymous")
    return `${PREFIX}${JSON.stringify([principalKey(principal), namespace]).slice(0, -1)},`;
  const issue = "sessions cannot be listed for a caller that nothing tells from others";
  throw invalidArgument("", issue, "Connect with a token or over stdio.");
}

/** The session's id in a key. */
export function sessionIdIn(key: string): string {
  return String(JSON.parse(key.slice(PREFIX.length))[2]);
}
