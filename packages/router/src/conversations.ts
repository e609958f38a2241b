import type { ChatMessage, RunRequest, RunResult } from "@ollama-bridge/core-client";
import { type KeyValueStore, memoryStore } from "@ollama-bridge/discovery";
import * as z from "zod";
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
/** Of the transcript, put before a prompt; longer ones need more context than most models are loaded with. */
const HISTORY_TOKENS = 3_000;

/** Transcripts of sessions, kept between calls and runs, put before the next prompt as the chat's history. */
export class Conversations {
  readonly #store: KeyValueStore;
  readonly #namespace: string;
  /** One turn of a session at a time, else two would forget each other. */
  readonly #turns = new Map<string, Promise<unknown>>();

  constructor(store: KeyValueStore = memoryStore(), namespace = "default") {
    this.#store = store;
    this.#namespace = namespace;
  }

  /**
   * Runs the request as the session's next turn and keeps what was said. `lastInstance` is where it was answered last;
   * older messages that do not fit are left out, and the result's warnings say so.
   */
  turn<Result extends RunResult>(
    sessionId: string,
    request: RunRequest,
    run: (continued: RunRequest, lastInstance: string | undefined) => Promise<Result>,
  ): Promise<Result> {
    const key = `conversation:${this.#namespace}:${sessionId}`;
    const before = this.#turns.get(key) ?? Promise.resolve();
    const turn = before.catch(() => undefined).then(() => this.#turn(key, request, run));
    this.#turns.set(key, turn);
    const forget = () => this.#turns.get(key) === turn && this.#turns.delete(key);
    turn.then(forget, forget);
    return turn;
  }

  close(): Promise<void> {
    return this.#store.close?.() ?? Promise.resolve();
  }

  async #turn<Result extends RunResult>(
    key: string,
    request: RunRequest,
    run: (continued: RunRequest, lastInstance: string | undefined) => Promise<Result>,
  ): Promise<Result> {
    const session = await this.#read(key);
    const history = newestWithin(session.messages, HISTORY_TOKENS);
    const { prompt: _, images, ...rest } = request;
    const question = { role: "user" as const, content: promptOf(request) };
    const messages: ChatMessage[] = [...history, images === undefined ? question : { ...question, images }];
    const result = await run({ ...rest, messages }, session.instance);
    const said = [...session.messages, question, { role: "assistant" as const, content: result.response }];
    await this.#store.set(key, { messages: bounded(said), instance: result.instance });
    const dropped = session.messages.length - history.length;
    if (dropped === 0) return result;
    const warning = `${dropped} older messages of the session were left out: they do not fit.`;
    return { ...result, warnings: [...result.warnings, warning] };
  }

  async #read(key: string): Promise<Session> {
    const parsed = storedSession.safeParse(await this.#store.get(key));
    return parsed.success ? parsed.data : { messages: [] };
  }
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
