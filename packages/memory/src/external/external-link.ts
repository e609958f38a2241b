import { isBridgeError } from "@ollama-bridge/foundation";
import type { Logger } from "@ollama-bridge/server-kit";
import { type Connection, type ConnectOptions, connect } from "./connect.ts";
import { type ExternalMemory, ToolRefused } from "./external-memory.ts";
import { type ExternalServer, locationOf } from "./find-external.ts";

/** After a failure the server is left in peace for so long, doubled each time up to the second. */
const FIRST_PAUSE_MS = 1_000;
const MAX_PAUSE_MS = 60_000;

/** Told of a server that is of no use: `isOurs` when it answers out of our own store. */
export type PassedOver = (
  id: string,
  instead: { nextId: string | undefined; isOurs: boolean },
) => Promise<void>;

/** The way to the first of the configured servers that offers a memory; connected when it is first needed. */
export class ExternalLink {
  readonly #candidates: ExternalServer[];
  readonly #homeNamespace: string;
  readonly #log: Logger;
  readonly #passedOver: PassedOver;
  readonly #isOurs: ConnectOptions["isOurs"];
  readonly #closing = new AbortController();
  #connecting: Promise<Connection> | undefined;
  #isConnected = false;
  #name: string | undefined;
  #pauseMs = 0;
  #pausedUntilMs = 0;
  #lastError = "";

  /** `passedOver` is told when what waits for one server has to go to the next; `isOurs` as for `connect`. */
  constructor(
    candidates: readonly ExternalServer[],
    options: {
      homeNamespace: string;
      log: Logger;
      passedOver: PassedOver;
      isOurs: ConnectOptions["isOurs"];
    },
  ) {
    this.#candidates = [...candidates];
    this.#homeNamespace = options.homeNamespace;
    this.#log = options.log;
    this.#passedOver = options.passedOver;
    this.#isOurs = options.isOurs;
  }

  /** Whom writes wait for; none when every candidate was passed over. */
  get server(): ExternalServer | undefined {
    return this.#candidates[0];
  }

  /** What it calls itself, else where it was configured. */
  get name(): string {
    return this.#name ?? this.server?.source ?? "none";
  }

  get location(): string {
    return this.server === undefined ? "nowhere" : locationOf(this.server);
  }

  /** How long it is to be left in peace, and why; 0 when it may be asked. */
  get pause(): { ms: number; why: string } {
    return { ms: Math.max(0, this.#pausedUntilMs - performance.now()), why: this.#lastError };
  }

  /** Whether it has been reached and is of use; a question need not wait for a server that is only starting. */
  get isConnected(): boolean {
    return this.#isConnected;
  }

  /**
   * Lets `work` use the memory, connecting first where that is needed; whoever asked may be gone by then, which is
   * nobody's failure. Answers undefined when no server offers a memory.
   * @throws ToolRefused when the server says no; Error when it cannot be reached, or was not a moment ago.
   */
  async use<Result>(
    work: (memory: ExternalMemory) => Promise<Result>,
    caller?: AbortSignal,
  ): Promise<Result | undefined> {
    const memory = await this.#memory();
    caller?.throwIfAborted();
    if (memory === undefined) return undefined;
    try {
      const result = await work(memory);
      this.#pauseMs = 0;
      return result;
    } catch (error) {
      // Our own store's failures are told by its own errors.
      if (!(error instanceof ToolRefused || isBridgeError(error) || caller?.aborted)) this.#failed(error);
      throw error;
    }
  }

  /** An address may hold a password, and errors of the transport repeat it. */
  withoutSecrets(text: string): string {
    const url = this.server?.config.url;
    if (url === undefined) return text;
    return text.replaceAll(url, this.location).replaceAll(new URL(url).href, this.location);
  }

  /** The server answered that it cannot take anything now: it is asked again later, by the same connection. */
  pauseFor(error: Error): void {
    this.#lastError = this.withoutSecrets(error.message);
    this.#pauseMs = Math.min(MAX_PAUSE_MS, Math.max(FIRST_PAUSE_MS, this.#pauseMs * 2));
    this.#pausedUntilMs = performance.now() + this.#pauseMs;
  }

  /** Connected; a server that is of no use is named in a warning and passed over for the next. */
  async #memory(): Promise<ExternalMemory | undefined> {
    while (this.server !== undefined) {
      if (this.pause.ms > 0) throw new Error(this.#lastError);
      const connecting = this.#connecting ?? this.#connect(this.server);
      const connection = await connecting;
      const { memory, name, close } = connection;
      if (memory !== undefined) {
        this.#name = name;
        this.#isConnected = true;
        return memory;
      }
      // Of all who waited for it only the first passes it over, or the next would go with it.
      if (this.#connecting !== connecting) continue;
      this.#connecting = undefined;
      await this.#passOver(connection);
      await close();
    }
    return undefined;
  }

  #connect(server: ExternalServer): Promise<Connection> {
    const connecting = connect(server, this.#homeNamespace, {
      closing: this.#closing.signal,
      isOurs: this.#isOurs,
      onClose: () => {
        if (this.#connecting !== connecting) return;
        this.#connecting = undefined;
        this.#isConnected = false;
      },
    });
    this.#connecting = connecting;
    // Here, so that however many wait for it make one pause.
    connecting.catch((error: Error) => {
      if (this.#connecting === connecting) this.#connecting = undefined;
      this.pauseFor(error);
    });
    return connecting;
  }

  async #passOver({ name, unfit, isOurs }: Connection): Promise<void> {
    const { location } = this;
    this.#log.warn({ server: name, location }, `${name} (${location}) ${unfit}; it is passed over`);
    const [passed, next] = [this.#candidates.shift(), this.server];
    if (passed !== undefined) await this.#passedOver(passed.id, { nextId: next?.id, isOurs });
  }

  #failed(error: unknown): void {
    this.#connecting?.then(({ close }) => close()).catch(() => undefined);
    this.#connecting = undefined;
    this.#isConnected = false;
    this.pauseFor(error instanceof Error ? error : new Error(String(error)));
  }

  async close(): Promise<void> {
    this.#candidates.length = 0;
    this.#closing.abort();
    const connection = await this.#connecting?.catch(() => undefined);
    await connection?.close();
  }
}
