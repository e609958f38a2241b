import { EventEmitter, once } from "node:events";
import type { IncomingHttpHeaders } from "node:http";

/** A request as it was received. */
export type RequestRecord = {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  /** The JSON, or the text that is none. */
  body: unknown;
  model: string | undefined;
  /** On the clock of `performance.now()`. */
  receivedAtMs: number;
  /**
   * How it ended; undefined while it is in flight. Aborted: its connection closed before the end. Broken: a fault
   * broke it off.
   */
  outcome: "answered" | "aborted" | "broken" | undefined;
  /** The kind of the fault it met. */
  fault: string | undefined;
};

/** A model that was loaded, or is being loaded while `outcome` is undefined. */
export type LoadRecord = {
  model: string;
  contextLength: number;
  outcome: "loaded" | "aborted" | undefined;
};

const longestLog = 10_000;

/** What happened to the server, for tests to read and to wait for. */
export class Counters {
  /** The last 10,000 requests, oldest first. */
  readonly log: RequestRecord[] = [];
  readonly loads: LoadRecord[] = [];
  /** Requests received, by path. */
  readonly requests: Record<string, number> = {};
  /** Requests not yet ended, by path. */
  readonly inFlight: Record<string, number> = {};
  totalInFlight = 0;
  peakInFlight = 0;
  aborted = 0;
  connectionsOpen = 0;
  readonly #events = new EventEmitter().setMaxListeners(0);

  /** Resolves when the predicate holds, now or after some later event; it is asked after every event. */
  async until(predicate: (counters: Counters) => boolean): Promise<void> {
    while (!predicate(this)) await once(this.#events, "changed");
  }

  /** Tells those who wait that something happened. */
  changed(): void {
    this.#events.emit("changed");
  }

  received(request: Pick<RequestRecord, "method" | "path" | "headers" | "body">): RequestRecord {
    const { path, body } = request;
    const record: RequestRecord = {
      ...request,
      model: modelOf(body),
      receivedAtMs: performance.now(),
      outcome: undefined,
      fault: undefined,
    };
    this.log.push(record);
    if (this.log.length > longestLog) this.log.shift();
    this.requests[path] = (this.requests[path] ?? 0) + 1;
    this.inFlight[path] = (this.inFlight[path] ?? 0) + 1;
    this.totalInFlight += 1;
    this.peakInFlight = Math.max(this.peakInFlight, this.totalInFlight);
    this.changed();
    return record;
  }

  ended(record: RequestRecord, outcome: NonNullable<RequestRecord["outcome"]>): void {
    if (record.outcome) return;
    record.outcome = outcome;
    this.inFlight[record.path] = (this.inFlight[record.path] ?? 1) - 1;
    this.totalInFlight -= 1;
    if (outcome === "aborted") this.aborted += 1;
    this.changed();
  }

  connections(change: 1 | -1): void {
    this.connectionsOpen += change;
    this.changed();
  }

  loadStarted(model: string, contextLength: number): LoadRecord {
    const load: LoadRecord = { model, contextLength, outcome: undefined };
    this.loads.push(load);
    this.changed();
    return load;
  }

  loadEnded(load: LoadRecord, outcome: "loaded" | "aborted"): void {
    load.outcome = outcome;
    this.changed();
  }
}

function modelOf(body: unknown): string | undefined {
  if (typeof body !== "object" || body === null) return;
  const { model, name } = body as { model?: unknown; name?: unknown };
  const named = model ?? name;
  return typeof named === "string" ? named : undefined;
}
