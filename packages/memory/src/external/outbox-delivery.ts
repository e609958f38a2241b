import { setTimeout as sleep } from "node:timers/promises";
import { deadlineAfter, isBridgeError, timeLeft, waitAtMost } from "@ollama-bridge/foundation";
import type { Logger } from "@ollama-bridge/server-kit";
import { isReadOnly } from "../store/is-read-only.ts";
import type { MemoryStore } from "../store/memory-store.ts";
import {
  giveBackLease,
  isPending,
  LEASE_MS,
  type OutboxRow,
  pendingRows,
  removeDelivered,
  takeLease,
  writtenEntry,
} from "../store/outbox.ts";
import type { ExternalLink } from "./external-link.ts";
import { type ExternalMemory, ToolRefused } from "./external-memory.ts";
import { RefusedRows } from "./refused-rows.ts";

/** A write is answered after this long, delivered or not. */
const BEFORE_ANSWER_MS = 2_000;
/** One delivery is given up after this long; shorter than the lease. */
const DELIVERY_TIMEOUT_MS = LEASE_MS - 5_000;
/** How often it is looked after entries that ran out, and after rows that another process left. */
const ROUND_MS = 30_000;
const POLL_MS = 50;
const PAGE = 50;

/** Brings what waits in the outbox to the external memory, in order, until it is taken. */
export class OutboxDelivery {
  readonly #store: MemoryStore;
  readonly #link: ExternalLink;
  readonly #log: Logger;
  readonly #holder = crypto.randomUUID();
  readonly #closing = new AbortController();
  readonly #refused = new RefusedRows();
  #flushing: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(store: MemoryStore, link: ExternalLink, log: Logger) {
    this.#store = store;
    this.#link = link;
    this.#log = log;
    this.#schedule(0);
  }

  /** Waits up to 2 s for the key's row to be taken. Answers why it was not; undefined when it was. */
  async deliver(namespace: string, key: string): Promise<string | undefined> {
    const deadlineMs = deadlineAfter(BEFORE_ANSWER_MS);
    for (;;) {
      const { server, pause } = this.#link;
      if (server === undefined) return "it offers no memory";
      if (pause.ms > 0) return pause.why;
      const flushed = this.#flush().catch((error: Error) =>
        this.#log.warn({ err: error.message }, "the outbox failed"),
      );
      await waitAtMost(timeLeft(deadlineMs), flushed);
      if (!(await isPending(this.#store.sql, server.id, namespace, key))) return undefined;
      const refusal = this.#refused.whyNot({ namespace, key });
      if (refusal !== undefined) return refusal;
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
      this.#refused.letThemTryAgain();
      await this.#flush();
    } catch (error) {
      if (isReadOnly(error)) return; // those who may write look after it
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
    const { id } = this.#link.server ?? {};
    if (id === undefined || this.#link.pause.ms > 0) return;
    if ((await pendingRows(this.#store.sql, id, { limit: 1 })).length === 0) return;
    const { signal: closing } = this.#closing;
    try {
      // Connecting can take longer than a lease lasts: that is taken, and the row read, once the server is there.
      while (!closing.aborted && (await this.#link.use((memory) => this.#deliverNext(memory), closing)));
    } catch (error) {
      if (isBridgeError(error)) throw error; // our own store; it is not the server's fault
      this.#log.warn(
        { location: this.#link.location, err: this.#link.withoutSecrets((error as Error).message) },
        "the external memory could not be reached, or takes nothing now; what waits for it is delivered later",
      );
    }
  }

  /**
   * Delivers the first row that may go; whether there was one. It is read anew each time: another process may have had
   * the lease meanwhile, and delivered what was read before.
   */
  async #deliverNext(memory: ExternalMemory): Promise<boolean> {
    const target = this.#link.server?.id;
    const { sql } = this.#store;
    if (target === undefined || !(await takeLease(sql, target, this.#holder))) return false;
    try {
      const row = await this.#firstRow(target);
      if (row !== undefined) await this.#deliverRow(memory, row);
      return row !== undefined;
    } finally {
      await giveBackLease(sql, target, this.#holder);
    }
  }

  async #firstRow(target: string): Promise<OutboxRow | undefined> {
    // Behind each row that is passed over there may be others of its key; a page more is read until one may go.
    const rows: OutboxRow[] = [];
    for (;;) {
      const limit = this.#refused.size === 0 ? 1 : PAGE;
      const page = await pendingRows(this.#store.sql, target, { after: rows.at(-1)?.id, limit });
      rows.push(...page);
      const row = this.#refused.firstThatMayGo(rows);
      if (row !== undefined || page.length < limit) return row;
    }
  }

  async #deliverRow(memory: ExternalMemory, row: OutboxRow): Promise<void> {
    const { namespace, key, action } = row;
    const written = action === "put" ? await writtenEntry(this.#store.sql, row) : undefined;
    if (action === "put" && written === undefined) return; // it is gone
    const signal = AbortSignal.any([this.#closing.signal, AbortSignal.timeout(DELIVERY_TIMEOUT_MS)]);
    try {
      if (written === undefined) await memory.forget(namespace, key, { signal });
      else await memory.put(written, { signal });
    } catch (error) {
      if (!(error instanceof ToolRefused)) throw error;
      if (!this.#refused.add(row, error)) {
        this.#link.pauseFor(error);
        throw error;
      }
      this.#log.warn(
        { location: this.#link.location, err: error.message },
        "the external memory refused an entry; it is offered again later",
      );
      return;
    }
    await removeDelivered(this.#store.sql, row);
    this.#refused.taken(row);
  }

  /** Gives up what is under way; it waits in the outbox. */
  async close(): Promise<void> {
    clearTimeout(this.#timer);
    this.#closing.abort();
    await this.#flushing?.catch(() => undefined);
  }
}
