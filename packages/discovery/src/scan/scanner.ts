import { connect } from "node:net";
import type { InstanceSettings, ListResponse, OllamaClient } from "@ollama-bridge/core-client";
import { deadlineAfter, timeLeft } from "@ollama-bridge/foundation";
import type PQueue from "p-queue";
import { specOfTarget } from "../registry/instance-spec.ts";
import type { ScanTarget } from "./scan-targets.ts";

const MAX_SOCKETS = 256;
const CONNECT_MS = 300;
/** How long something that listens may take to show that it is an Ollama. */
const ANSWER_MS = 2_000;
/** A closed port, or something else's, is not asked again by polling for so long. */
const LEAVE_ALONE_MS = 300_000;

/** An Ollama that was found, with the client that asked it. */
export interface Found {
  target: ScanTarget;
  version: string;
  models: ListResponse;
  client: OllamaClient;
}

export interface ScanOptions {
  signal?: AbortSignal | undefined;
  /** Ports known to be closed are asked again. */
  includeClosed?: boolean;
  /** Ports known to belong to something else are asked again. */
  includeForeign?: boolean;
}

/** Looks for Ollamas at addresses; at most 256 sockets are open at once, over all scans together. */
export class Scanner {
  readonly #now: () => number;
  readonly #createClient: (settings: InstanceSettings) => OllamaClient;
  /** When an address may be asked again, and whether something else listens there. */
  readonly #leaveAlone = new Map<string, { untilMs: number; foreign: boolean }>();
  /** Where an Ollama was found once: it may be back at any moment. */
  readonly #found = new Set<string>();
  #queue: Promise<PQueue> | undefined;

  constructor(now: () => number, createClient: (settings: InstanceSettings) => OllamaClient) {
    this.#now = now;
    this.#createClient = createClient;
  }

  /**
   * What answers as an Ollama: `found` grows until `done`, which something silent can hold up for seconds. `asked`
   * counts the addresses that were connected to.
   */
  async scan(
    targets: readonly ScanTarget[],
    options: ScanOptions = {},
  ): Promise<{ found: Found[]; asked: number; done: Promise<void> }> {
    this.#queue ??= import("p-queue").then(({ default: Queue }) => new Queue({ concurrency: MAX_SOCKETS }));
    const queue = await this.#queue;
    for (const [url, { untilMs }] of this.#leaveAlone)
      if (this.#now() >= untilMs) this.#leaveAlone.delete(url);
    const asked = targets.filter((target) => this.#mayAsk(target, options));
    const { signal } = options;
    const found: Found[] = [];
    const ask = async (target: ScanTarget) => {
      const result = await queue.add(() => this.#ask(target, signal));
      if (result !== undefined) found.push(result);
    };
    const end = async () => {
      await Promise.all(asked.map(ask));
      if (signal?.aborted) await Promise.all(found.map(({ client }) => client.close()));
      signal?.throwIfAborted();
    };
    return { found, asked: asked.length, done: end() };
  }

  #mayAsk({ url }: ScanTarget, { includeClosed, includeForeign }: ScanOptions): boolean {
    const known = this.#leaveAlone.get(url);
    if (known === undefined || this.#found.has(url)) return true;
    return known.foreign ? includeForeign === true : includeClosed === true;
  }

  async #ask(target: ScanTarget, signal: AbortSignal | undefined): Promise<Found | undefined> {
    if (signal?.aborted) return undefined;
    const untilMs = this.#now() + LEAVE_ALONE_MS;
    if (!(await listens(target))) {
      this.#leaveAlone.set(target.url, { untilMs, foreign: false });
      return undefined;
    }
    const client = this.#createClient(specOfTarget(target));
    try {
      const deadlineMs = deadlineAfter(ANSWER_MS);
      const version = await client.version({ signal, timeoutMs: ANSWER_MS });
      const models = await client.list({ signal, timeoutMs: timeLeft(deadlineMs) });
      this.#leaveAlone.delete(target.url);
      this.#found.add(target.url);
      return { target, version, models, client };
    } catch {
      // Whatever it is that answers otherwise, it is not ours to talk to.
      await client.close();
      if (!signal?.aborted) this.#leaveAlone.set(target.url, { untilMs, foreign: true });
      return undefined;
    }
  }
}

/** Whether something takes a connection there. */
function listens({ host, port }: ScanTarget): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: CONNECT_MS });
    const end = (result: boolean) => {
      socket.destroy();
      resolve(result);
    };
    socket.once("connect", () => end(true));
    // A process that was kept waiting hears of its timers first, and of the connection it has long had only then.
    socket.once("timeout", () => setImmediate(end, false));
    socket.once("error", () => end(false));
  });
}
