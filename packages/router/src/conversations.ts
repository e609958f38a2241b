import type { ChatMessage, RunRequest, RunResult } from "@ollama-bridge/core-client";
import { type KeyValueStore, memoryStore } from "@ollama-bridge/discovery";
import { type Principal, projectNamespace } from "@ollama-bridge/server-kit";
import * as z from "zod";
import { type ConversationId, conversationKey } from "./conversation-id.ts";
import { promptOf, tokensIn } from "./plan.ts";

/** What is kept of a session. */
const storedSession = z.object({
  messages: z.array(z.object({ role: z.enum(["user", "assistant"]), content: z.string() })),
  instance: z.string().optional(),
});
type Session = z.output<typeof storedSession>;

/** Kept of a session, at most. */
const MOST_MESSAGES = 100;
const MOST_CHARACTERS = 200_000;
/** Conversations of one MCP session, which end with it. */
const MAX_CONVERSATIONS_PER_SESSION = 20;
/** Of the transcript, put before a prompt; longer ones need more context than most models are loaded with. */
const HISTORY_TOKENS = 3_000;

/**
 * Transcripts of sessions, put before the next prompt as the chat's history. Each belongs to one principal and one
 * namespace. They are kept between runs, but for those of an MCP session, which nobody could come back to.
 */
export class Conversations {
  readonly #store: KeyValueStore;
  readonly #namespace: string;
  readonly #ofSessions = new WeakMap<Principal, KeyValueStore>();
  /** One turn of a session at a time, else two would forget each other. */
  readonly #turns = new Map<string, Promise<unknown>>();

  constructor(store: KeyValueStore = memoryStore(), namespace = projectNamespace()) {
    this.#store = store;
    this.#namespace = namespace;
  }

  /**
   * Runs the request as the session's next turn and keeps what was said. `lastInstance` is where it was answered last;
   * older messages that do not fit are left out, and the result's warnings say so.
   * @throws BridgeError VALIDATION_ERROR when the id could be guessed and is the only key to the conversation.
   */
  async turn<Result extends RunResult>(
    conversation: ConversationId,
    request: RunRequest,
    run: (continued: RunRequest, lastInstance: string | undefined) => Promise<Result>,
  ): Promise<Result> {
    const key = conversationKey(conversation, this.#namespace);
    const store = this.#storeOf(conversation.principal);
    const before = this.#turns.get(key) ?? Promise.resolve();
    const turn = before.catch(() => undefined).then(() => this.#turn(store, key, request, run));
    this.#turns.set(key, turn);
    const forget = () => this.#turns.get(key) === turn && this.#turns.delete(key);
    turn.then(forget, forget);
    return turn;
  }

  close(): Promise<void> {
    return this.#store.close?.() ?? Promise.resolve();
  }

  #storeOf(principal: Principal): KeyValueStore {
    if (principal.kind !== "session") return this.#store;
    const store = this.#ofSessions.get(principal) ?? memoryStore(MAX_CONVERSATIONS_PER_SESSION);
    this.#ofSessions.set(principal, store);
    return store;
  }

  async #turn<Result extends RunResult>(
    store: KeyValueStore,
    key: string,
    request: RunRequest,
    run: (continued: RunRequest, lastInstance: string | undefined) => Promise<Result>,
  ): Promise<Result> {
    const session = await read(store, key);
    const history = newestWithin(session.messages, HISTORY_TOKENS);
    const { prompt: _, images, ...rest } = request;
    const question = { role: "user" as const, content: promptOf(request) };
    const messages: ChatMessage[] = [...history, images === undefined ? question : { ...question, images }];
    const result = await run({ ...rest, messages }, session.instance);
    const said = [...session.messages, question, { role: "assistant" as const, content: result.response }];
    await store.set(key, { messages: bounded(said), instance: result.instance });
    const dropped = session.messages.length - history.length;
    if (dropped === 0) return result;
    const warning = `${dropped} older messages of the session were left out: they do not fit.`;
    return { ...result, warnings: [...result.warnings, warning] };
  }
}

async function read(store: KeyValueStore, key: string): Promise<Session> {
  const parsed = storedSession.safeParse(await store.get(key));
  return parsed.success ? parsed.data : { messages: [] };
}

function newestWithin(messages: Session["messages"], tokens: number): Session["messages"] {
  let left = tokens;
  let from = messages.length;
  while (from > 0) {
    const message = messages[from - 1];
    if (message === undefined) break;
    left -= tokensIn({ model: "", messages: [message] });
    if (left < 0) break;
    from--;
  }
  // A history that begins with an answer would answer nothing.
  while (messages[from]?.role === "assistant") from++;
  return messages.slice(from);
}

function bounded(messages: Session["messages"]): Session["messages"] {
  const kept = messages.slice(-MOST_MESSAGES);
  let characters = kept.reduce((sum, { content }) => sum + content.length, 0);
  while (characters > MOST_CHARACTERS && kept.length > 2) characters -= kept.shift()?.content.length ?? 0;
  return kept;
}
