import { raceAbort } from "@ollama-bridge/foundation";
import type { Logger } from "@ollama-bridge/server-kit";
import * as z from "zod";
import type { FoundEntry, Search } from "../search/search-memories.ts";
import { snippetOf } from "../search/snippet.ts";
import { queryWords } from "../search/words.ts";
import { isReadOnly } from "../store/is-read-only.ts";
import type { MemoryStore } from "../store/memory-store.ts";
import { forgottenKeys, retarget } from "../store/outbox.ts";
import type { ConnectOptions } from "./connect.ts";
import { ExternalLink, type PassedOver } from "./external-link.ts";
import type { ExternalLimits, ExternalMemory, ForeignEntry } from "./external-memory.ts";
import type { ExternalServer } from "./find-external.ts";
import { OutboxDelivery } from "./outbox-delivery.ts";

/** A question is given up after this long; our own answer does not wait for it longer. */
const ASK_TIMEOUT_MS = 2_000;
const SLOW_FOR_MS = 10_000;
const slow = () => new Error(`no answer within ${ASK_TIMEOUT_MS} ms`);

/** Where an entry went. */
export const placementData = () =>
  z.strictObject({
    backend: z.string().describe("The memory that keeps it"),
    location: z.string().describe("Where that memory is"),
    fallbackFrom: z
      .string()
      .exactOptional()
      .describe("The memory that has not taken it yet and gets it later"),
    fallbackReason: z.string().exactOptional().describe("Why it has not taken it"),
  });

export type Placement = z.output<ReturnType<typeof placementData>>;

/** The external memory behind our own store, if one is configured; without one every method answers at once. */
export class External {
  readonly #store: MemoryStore;
  readonly #link: ExternalLink | undefined = undefined;
  readonly #delivery: OutboxDelivery | undefined = undefined;
  #slowUntilMs = Number.NEGATIVE_INFINITY;

  /** `candidates`: the configured ones, of which the first that offers a memory is used. */
  constructor(store: MemoryStore, candidates: readonly ExternalServer[], homeNamespace: string, log: Logger) {
    this.#store = store;
    if (candidates.length === 0) return;
    // What waits for a server that was of no use this time waits on, unless another takes its place.
    const passedOver: PassedOver = async (id, { nextId, isOurs }) => {
      if (nextId !== undefined || isOurs) await retarget(store.sql, id, nextId);
    };
    const isOurs: ConnectOptions["isOurs"] = (memory, limits) => answersOutOf(store, memory, limits);
    const link = new ExternalLink(candidates, { homeNamespace, log, passedOver, isOurs });
    store.announce = () => ({ to: link.server?.id });
    this.#link = link;
    this.#delivery = new OutboxDelivery(store, link, log);
  }

  /** Waits a moment for an entry that our own store has taken to be taken here too, and says where it is now. */
  async place(
    own: { backend: string; location: string },
    namespace: string,
    key: string,
  ): Promise<Placement> {
    if (this.#link?.server === undefined || this.#delivery === undefined) return own;
    const fallbackReason = await this.#delivery.deliver(namespace, key);
    const { name, location, server } = this.#link;
    if (server === undefined) return own; // it offered no memory, and there was no other
    if (fallbackReason === undefined) return { backend: name, location };
    return { ...own, fallbackFrom: name, fallbackReason };
  }

  /** Forgets a key in our own store, and in the external memory now or when it can be reached. Whether our own had it. */
  async forget(namespace: string, key: string): Promise<boolean> {
    const had = await this.#store.forget(namespace, key, this.#link?.server?.id);
    await this.#delivery?.deliver(namespace, key);
    return had;
  }

  /** What the external memory has under a key, unless it was forgotten here. */
  async get(
    namespace: string,
    key: string,
    caller: AbortSignal,
  ): Promise<{ entry?: ForeignEntry | undefined; warning?: string }> {
    const forgotten = this.#link?.server && (await forgottenKeys(this.#store.sql, namespace));
    if (forgotten === undefined || forgotten.has(key)) return {};
    return this.#ask<{ entry?: ForeignEntry | undefined }>(caller, {}, async (memory, signal) => ({
      entry: await memory.get(namespace, key, { signal }),
    }));
  }

  /** What only the external memory has: of a key in both, ours is the answer. */
  async search(search: Search, caller: AbortSignal): Promise<{ results: FoundEntry[]; warning?: string }> {
    if (this.#link?.server === undefined) return { results: [] };
    return this.#ask(caller, { results: [] }, async (memory, signal) => {
      // Asked first: what is delivered while the server searches would else be missing from both.
      const forgotten = await forgottenKeys(this.#store.sql, search.namespace);
      const found = await memory.search(search.query, search, { signal });
      const keys = found.map(({ key }) => key);
      const known = await this.#store.knownKeys(search.namespace, keys);
      const words = queryWords(search.query);
      const only = found.filter(({ key }) => !known.has(key) && !forgotten.has(key));
      return { results: only.map((entry) => toFound(entry, words)) };
    });
  }

  /** A server that cannot be reached is no reason to fail: the answer is ours, with a warning. */
  async #ask<Answer extends object>(
    caller: AbortSignal,
    nothing: Answer,
    question: (memory: ExternalMemory, signal: AbortSignal) => Promise<Answer>,
  ): Promise<Answer & { warning?: string }> {
    const link = this.#link;
    if (link === undefined) return nothing;
    const timeout = AbortSignal.timeout(ASK_TIMEOUT_MS);
    const signal = AbortSignal.any([caller, timeout]);
    try {
      if (performance.now() < this.#slowUntilMs) throw slow();
      return (
        (await raceAbort(
          link.use((memory) => question(memory, signal), signal),
          signal,
        )) ?? nothing
      );
    } catch (error) {
      if (caller.aborted) throw error;
      // One that only starts will soon be there; one that is slow to answer is left in peace for a while.
      if (timeout.aborted && link.isConnected) this.#slowUntilMs = performance.now() + SLOW_FOR_MS;
      const why = timeout.aborted ? slow().message : link.withoutSecrets((error as Error).message);
      return { ...nothing, warning: `The external memory ${link.name} could not be asked: ${why}` };
    }
  }

  async close(): Promise<void> {
    await this.#delivery?.close();
    await this.#link?.close();
  }
}

const PROBE_NAMESPACE = "ollama-bridge";
const PROBE_TTL_MS = 60_000;

/** Whether the memory knows an entry that only this store can have. */
async function answersOutOf(
  store: MemoryStore,
  memory: ExternalMemory,
  limits: ExternalLimits,
): Promise<boolean> {
  const key = `probe-${crypto.randomUUID()}`;
  try {
    await store.keepQuietly(PROBE_NAMESPACE, key, PROBE_TTL_MS);
  } catch (error) {
    if (isReadOnly(error)) return false; // nothing is handed on from a store that takes nothing
    throw error;
  }
  try {
    return (await memory.get(PROBE_NAMESPACE, key, limits)) !== undefined;
  } finally {
    await store.entries(PROBE_NAMESPACE).delete(key);
  }
}

function toFound({ key, value, tags, updatedAtMs }: ForeignEntry, words: readonly string[]): FoundEntry {
  return {
    key,
    snippet: snippetOf(value, words),
    score: 0,
    tags,
    ...(updatedAtMs === undefined ? {} : { updated_at: new Date(updatedAtMs).toISOString() }),
  };
}
