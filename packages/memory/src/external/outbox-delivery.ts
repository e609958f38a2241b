import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "@ollama-bridge/server-kit";
import { isBridgeError } from "@ollama-bridge/server-kit/errors";
import type { MemoryStore } from "../sql/memory-store.ts";
import {
  giveBackLease,
  isPending,
  LEASE_MS,
  type OutboxRow,
  pendingRows,
  removeDelivered,
  takeLease,
  writtenEntry,
} from "../sql/outbox.ts";
import type { ExternalLink } from "./external-link.ts";
import { ToolRefused } from "./external-memory.ts";

/** A write is answered after this long, delivered or not. */
const BEFORE_ANSWER_MS = 2_000;
/** One delivery is given up after this long; shorter than the lease. */
const DELIVERY_TIMEOUT_MS = LEASE_MS - 5_000;
const BATCH = 50;
/** How often it is looked after entries that ran out, and after rows that another process left. */
const ROUND_MS = 30_000;
const POLL_MS = 50;

/** Brings what waits in the outbox to the external memory, in order, until it is taken. */
export class OutboxDelivery {
  readonly #store: MemoryStore;
  readonly #link: ExternalLink;
  readonly #log: Logger;
  readonly #holder = crypto.randomUUID();
  readonly #closing = new AbortController();
  #flushing: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  /** Why a row was refused, by the row's id. */
  readonly #refusals = new Map<number, string>();
  #lastRefusal = "";

  constructor(store: MemoryStore, link: ExternalLink, log: Logger) {
    this.#store = store;
    this.#link = link;
    this.#log = log;
    this.#schedule(0);
  }

  /** Waits up to 2 s for the key's row to be taken. Answers why it was not; undefined when it was. */
  async deliver(namespace: string, key: string): Promise<string | undefined> {
    const deadlineMs = performance.now() + BEFORE_ANSWER_MS;
    for (;;) {
      const { server, pause } = this.#link;
      if (server === undefined) return "it offers no memory";
      if (pause.ms > 0) return pause.why;
      const refusalBefore = this.#refusals.size;
      const flushed = this.#flush().catch((error: Error) =>
        this.#log.warn({ err: error.message }, "the outbox failed"),
      );
      await Promise.race([
        flushed,
        sleep(Math.max(0, deadlineMs - performance.now()), undefined, { ref: false }),
      ]);
      if (!(await isPending(this.#store.sql, server.id, namespace, key))) return undefined;
      if (this.#refusals.size > refusalBefore) return this.#lastRefusal;
      if (performance.now() > deadlineMs) return `it did not answer within ${BEFORE_ANSWER_MS} ms`;
      await sleep(POLL_MS);
    }
  }

  #schedule(ms: number): void {
    clearTimeout(this.#timer);
    if (this.#closing.signal.aborted) return;
    this.#timer = setTimeout(() => {
      this.#round().finally(() => this.#schedule(this.#link.pause.ms || ROUND_MS));
    }, ms).unref();
  }

  async #round(): Promise<void> {
    try {
      await this.#store.removeExpired();
      this.#refusals.clear();
      await this.#flush();
    } catch (error) {
      this.#log.warn({ err: (error as Error).message }, "the outbox could not be looked after; later again");
    }
  }

  /** Ends when nothing waits that could be delivered now; a failure of the server pauses the link. */
  #flush(): Promise<void> {
    this.#flushing ??= this.#deliverAll().finally(() => {
      this.#flushing = undefined;
      if (this.#link.pause.ms > 0) this.#schedule(this.#link.pause.ms);
    });
    return this.#flushing;
  }

  async #deliverAll(): Promise<void> {
    const target = this.#link.server?.id;
    if (target === undefined || this.#link.pause.ms > 0) return;
    const { sql } = this.#store;
    if ((await pendingRows(sql, target, 1)).length === 0) return;
    if (!(await takeLease(sql, target, this.#holder))) return;
    try {
      for (;;) {
        const rows = await pendingRows(sql, target, BATCH + this.#refusals.size);
        const open = rows.filter(({ id }) => !this.#refusals.has(id));
        if (open.length === 0) return;
        for (const row of open) {
          if (this.#closing.signal.aborted || !(await takeLease(sql, target, this.#holder))) return;
          await this.#deliverRow(row);
        }
      }
    } catch (error) {
      if (isBridgeError(error)) throw error; // our own store; it is not the server's fault
      this.#log.warn(
        { location: this.#link.location, err: (error as Error).message },
        "the external memory could not be reached; what waits for it is delivered later",
      );
    } finally {
      await giveBackLease(sql, target, this.#holder);
    }
  }

  async #deliverRow(row: OutboxRow): Promise<void> {
    const { id, namespace, key, action } = row;
    const signal = AbortSignal.any([this.#closing.signal, AbortSignal.timeout(DELIVERY_TIMEOUT_MS)]);
    const written = action === "put" ? await writtenEntry(this.#store.sql, row) : undefined;
    if (action === "put" && written === undefined) return; // another process had it delivered meanwhile
    try {
      await this.#link.use(
        (memory) =>
          written === undefined ? memory.forget(namespace, key, { signal }) : memory.put(written, { signal }),
        this.#closing.signal,
      );
    } catch (error) {
      if (!(error instanceof ToolRefused)) throw error;
      this.#refusals.set(id, error.message);
      this.#lastRefusal = error.message;
      this.#log.warn(
        { location: this.#link.location, err: error.message },
        "the external memory refused an entry",
      );
      return;
    }
    await removeDelivered(this.#store.sql, row);
  }

  /** Gives up what is under way; it waits in the outbox. */
  async close(): Promise<void> {
    clearTimeout(this.#timer);
    this.#closing.abort();
    await this.#flushing?.catch(() => undefined);
  }
}
