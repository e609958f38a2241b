import type { Reservation } from "./fleet-state.ts";

/** What a reservation is made of. */
export type Work = Omit<Reservation, "release">;

/** Counts our work in flight, per instance (`id`) and model. It is the only owner of that count. */
export class WorkLedger {
  readonly #byInstance = new Map<string, Map<string, Set<Reservation>>>();
  readonly #whenIdle = new Map<string, () => void>();

  /** Takes a slot; everything that asks for load sees it at once. `released` is called once, when it is given back. */
  take({ expectedMs, ...work }: Work, released: () => void): Reservation {
    const reservation: Reservation = {
      ...work,
      expectedMs: Number.isFinite(expectedMs) && expectedMs > 0 ? expectedMs : 0,
      release: () => {
        if (!this.#remove(reservation)) return;
        released();
        this.#runIfIdle(work.instance);
      },
    };
    const models = this.#byInstance.get(work.instance) ?? new Map<string, Set<Reservation>>();
    this.#byInstance.set(work.instance, models);
    models.set(work.model, (models.get(work.model) ?? new Set()).add(reservation));
    return reservation;
  }

  /** Counts what is under way at an instance, for one model or for all. */
  count(instance: string, model?: string): number {
    const models = this.#byInstance.get(instance);
    if (models === undefined) return 0;
    if (model !== undefined) return models.get(model)?.size ?? 0;
    let count = 0;
    for (const { size } of models.values()) count += size;
    return count;
  }

  /** Lists what is under way at an instance. */
  at(instance: string): Reservation[] {
    return [...(this.#byInstance.get(instance)?.values() ?? [])].flatMap((each) => [...each]);
  }

  /** Runs `work` once nothing is under way at the instance. */
  onIdle(instance: string, work: () => void): void {
    this.#whenIdle.set(instance, work);
    this.#runIfIdle(instance);
  }

  #remove(reservation: Reservation): boolean {
    const { instance, model } = reservation;
    const models = this.#byInstance.get(instance);
    const places = models?.get(model);
    if (!models || !places?.delete(reservation)) return false;
    if (places.size === 0) models.delete(model);
    if (models.size === 0) this.#byInstance.delete(instance);
    return true;
  }

  #runIfIdle(instance: string): void {
    if (this.count(instance) > 0) return;
    this.#whenIdle.get(instance)?.();
    this.#whenIdle.delete(instance);
  }
}
