import type { InstanceState, Reservation } from "@ollama-bridge/discovery";

/** One attempt under way, with what it was expected to take when it began. */
export interface Work {
  readonly reservation: Reservation;
  /** The model is being loaded by this attempt; false once its first byte has come. */
  loading: boolean;
  readonly loadS: number;
  readonly promptS: number;
  readonly answerS: number;
  /** When it was sent. */
  begunMs: number;
  /** When its first byte came; the answer is being written since. */
  firstByteMs?: number;
  /** When the last byte so far came. */
  lastByteMs?: number;
}

/** What is late is nearly done, but not done. */
const LATE_SHARE = 0.1;

/** Seconds of load that are left; 0 once the first byte has come. */
export function loadLeftS(work: Work, nowMs: number): number {
  if (!work.loading || work.loadS === 0) return 0;
  return Math.max(LATE_SHARE * work.loadS, work.loadS - (nowMs - work.begunMs) / 1000);
}

/** Seconds of reading and writing that are left. What has no first byte yet waits, here or in Ollama's queue. */
export function workLeftS(work: Work, nowMs: number): number {
  if (work.firstByteMs === undefined) return work.promptS + work.answerS;
  return Math.max(LATE_SHARE * work.answerS, work.answerS - (nowMs - work.firstByteMs) / 1000);
}

/** `/api/ps` is looked at every five seconds; what answered since the last look is in memory all the same. */
const NEWS_MS = 6_000;

/** Our work on every instance, whatever the model: Ollama tells no queue depth, so we count our own. */
export class WorkInHand {
  /** By `id` of the instance, as below. */
  readonly #work = new Map<string, Set<Work>>();
  readonly #answered = new Map<string, Map<string, number>>();

  on({ id }: InstanceState): Iterable<Work> {
    return this.#work.get(id) ?? [];
  }

  add(work: Work): void {
    const { instance } = work.reservation;
    this.#work.set(instance, (this.#work.get(instance) ?? new Set()).add(work));
  }

  /** The model has just answered there. */
  answered({ reservation: { instance, model } }: Work, nowMs: number): void {
    for (const [id, moments] of this.#answered)
      if (Math.max(...moments.values()) < nowMs - NEWS_MS) this.#answered.delete(id);
    const moments = this.#answered.get(instance) ?? new Map<string, number>();
    this.#answered.set(instance, moments.set(model, nowMs));
  }

  /** Whether the model answered there so lately that the fleet's picture may not show it yet. */
  hasJustAnswered({ id }: InstanceState, model: string, nowMs: number): boolean {
    const momentMs = this.#answered.get(id)?.get(model);
    return momentMs !== undefined && nowMs - momentMs < NEWS_MS;
  }

  /** Idempotent; releases the reservation too. */
  end(work: Work): void {
    const { instance } = work.reservation;
    const known = this.#work.get(instance);
    known?.delete(work);
    if (known?.size === 0) this.#work.delete(instance);
    work.reservation.release();
  }
}
