import { type ChatMessage, coreErrors, type RunRequest, type RunResult } from "@ollama-bridge/core-client";
import { type KeyValueStore, memoryStore } from "@ollama-bridge/discovery";
import { amendError } from "@ollama-bridge/foundation";
import { type Principal, projectNamespace } from "@ollama-bridge/server-kit";
import * as z from "zod";
import { type ConversationId, conversationKey, conversationPrefix, sessionIdIn } from "./conversation-id.ts";
import { promptOf, tokensIn } from "./plan.ts";
import { routerErrors } from "./router-errors.ts";

/** What is kept of a session. */
const storedSession = z.object({
  messages: z.array(z.object({ role: z.enum(["user", "assistant"]), content: z.string() })),
  instance: z.string().optional(),
  turns: z.number().optional(),
  /** The strictest that any of its turns had. */
  privacy: z.literal("local_only").optional(),
  updatedAt: z.string().optional(),
});
type Session = z.output<typeof storedSession>;

/** A session as it is listed. */
export const sessionData = () =>
  z.strictObject({
    session_id: z.string().describe("The id that the caller gave it"),
    turns: z.int().describe("Number of turns"),
    privacy: z.enum(["any", "local_only"]).describe("Where its text may go"),
    updated_at: z.string().nullable().describe("When its last turn ended, ISO 8601"),
  });

export type SessionView = z.output<ReturnType<typeof sessionData>>;

/** Kept of a session, at most. */
const MAX_MESSAGES = 100;
/** As many as the largest contexts hold. */
const MAX_CHARACTERS = 2_000_000;
/** Conversations of one MCP session, which end with it. */
const MAX_CONVERSATIONS_PER_SESSION = 20;
/** How often a history that turns out too long is halved, for tokens are estimated. */
const MAX_HALVINGS = 3;

/** How a turn is run. */
export interface TurnSteps<Result> {
  /** Tokens that the model which will answer has room for beside the question. */
  room(question: RunRequest): Promise<number>;
  run(continued: RunRequest, lastInstance: string | undefined): Promise<Result>;
}

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
   * Runs the request as the session's next turn and keeps what was said. Older messages that do not fit the model are left
   * out, and the result's warnings say so. Once a turn was kept to private machines, all later ones are.
   * @throws BridgeError VALIDATION_ERROR when the id could be guessed and is the only key to the conversation.
   */
  async turn<Result extends RunResult>(
    conversation: ConversationId,
    request: RunRequest,
    steps: TurnSteps<Result>,
  ): Promise<Result> {
    const key = conversationKey(conversation, this.#namespace);
    const store = this.#storeOf(conversation.principal);
    return this.#next(key, () => runTurn(store, key, request, steps));
  }

  /** The request as the session's next turn would be. */
  async preview<Request extends RunRequest>(
    conversation: ConversationId,
    request: Request,
    room: (question: Request) => Promise<number>,
  ): Promise<Request> {
    const key = conversationKey(conversation, this.#namespace);
    const session = await read(this.#storeOf(conversation.principal), key);
    const question = asQuestion(request, session);
    return withHistory(question, newestWithin(session.messages, await room(question)));
  }

  /** The sessions of a caller in a namespace, by default that of the project; the newest first. */
  async list(principal: Principal, namespace = this.#namespace): Promise<SessionView[]> {
    const store = this.#storeOf(principal);
    const keys = await store.keys(conversationPrefix(principal, namespace));
    const views = await Promise.all(
      keys.map(async (key): Promise<SessionView> => {
        const { messages, turns = messages.length / 2, privacy = "any", updatedAt } = await read(store, key);
        const session_id = sessionIdIn(key);
        return { session_id, turns: Math.ceil(turns), privacy, updated_at: updatedAt ?? null };
      }),
    );
    return views.sort((a, b) => (b.updated_at ?? "").localeCompare(a.updated_at ?? ""));
  }

  /** Removes a session, after the turn that it may be in; false where there is none. */
  async forget(conversation: ConversationId): Promise<boolean> {
    const key = conversationKey(conversation, this.#namespace);
    const store = this.#storeOf(conversation.principal);
    return this.#next(key, async () => {
      const isThere = (await store.get(key)) !== undefined;
      await store.delete(key);
      return isThere;
    });
  }

  close(): Promise<void> {
    return this.#store.close?.() ?? Promise.resolve();
  }

  #next<Result>(key: string, work: () => Promise<Result>): Promise<Result> {
    const before = this.#turns.get(key) ?? Promise.resolve();
    const turn = before.catch(() => undefined).then(work);
    this.#turns.set(key, turn);
    const forget = () => this.#turns.get(key) === turn && this.#turns.delete(key);
    turn.then(forget, forget);
    return turn;
  }

  #storeOf(principal: Principal): KeyValueStore {
    if (principal.kind !== "session") return this.#store;
    const store = this.#ofSessions.get(principal) ?? memoryStore(MAX_CONVERSATIONS_PER_SESSION);
    this.#ofSessions.set(principal, store);
    return store;
  }
}

async function runTurn<Result extends RunResult>(
  store: KeyValueStore,
  key: string,
  request: RunRequest,
  { room, run }: TurnSteps<Result>,
): Promise<Result> {
  const session = await read(store, key);
  const question = asQuestion(request, session);
  let tokens = session.messages.length === 0 ? 0 : await room(question);
  for (let halvings = 0; ; halvings++) {
    const history = newestWithin(session.messages, tokens);
    try {
      const result = await run(withHistory(question, history), session.instance);
      const privacy = session.privacy ?? result.privacy;
      const messages = bounded([...session.messages, saidIn(request), assistantSaid(result)]);
      await store.set(key, {
        messages,
        instance: result.instance,
        turns: Math.ceil((session.turns ?? session.messages.length / 2) + 1),
        ...(privacy === undefined ? {} : { privacy }),
        updatedAt: new Date().toISOString(),
      } satisfies Session);
      const left = session.messages.length - history.length;
      return withRemarks(result, { left, isKept: messages.length > 0 }, session);
    } catch (error) {
      const mayBeShorter = history.length > 0 && halvings < MAX_HALVINGS;
      if (!coreErrors.is(error, "CONTEXT_EXCEEDED") || !mayBeShorter) throw blamedOnSession(error, session);
      tokens = tokensIn({ model: "", messages: history }) / 2;
    }
  }
}

/** The request's prompt as the last message of a chat, under the session's privacy. */
function asQuestion<Request extends RunRequest>(request: Request, { privacy }: Session): Request {
  const { images } = request;
  const message = images === undefined ? saidIn(request) : { ...saidIn(request), images };
  const strictest = privacy === undefined ? {} : { privacy };
  return { ...request, ...strictest, prompt: undefined, images: undefined, messages: [message] };
}

function withHistory<Request extends RunRequest>(question: Request, history: ChatMessage[]): Request {
  return { ...question, messages: [...history, ...(question.messages ?? [])] };
}

const saidIn = (request: RunRequest) => ({ role: "user" as const, content: promptOf(request) });
const assistantSaid = ({ response }: RunResult) => ({ role: "assistant" as const, content: response });

function withRemarks<Result extends RunResult>(
  result: Result,
  { left, isKept }: { left: number; isKept: boolean },
  { privacy }: Session,
): Result {
  const remarks = [
    ...(left > 0 ? [`${left} older messages of the session were left out: they do not fit.`] : []),
    ...(isKept
      ? []
      : [
          `This turn is longer than a session keeps (${MAX_CHARACTERS} characters), so the session starts over with the next one.`,
        ]),
    ...(privacy !== undefined
      ? ["The session stays on private machines, as an earlier turn did (local_only)."]
      : result.privacy !== undefined
        ? ["The session stays on private machines from now on (local_only)."]
        : []),
  ];
  return { ...result, warnings: [...result.warnings, ...remarks] };
}

function blamedOnSession(error: unknown, { privacy }: Session): unknown {
  if (privacy === undefined || !routerErrors.is(error, "NO_ROUTE")) return error;
  return amendError(error, {
    message: `${error.message}. The session stays on private machines, as an earlier turn did (local_only)`,
    hint: "Use a model on a private machine, or begin another session.",
  });
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
  const kept = messages.slice(-MAX_MESSAGES);
  let characters = kept.reduce((sum, { content }) => sum + content.length, 0);
  while (characters > MAX_CHARACTERS) characters -= kept.shift()?.content.length ?? 0;
  return kept;
}
