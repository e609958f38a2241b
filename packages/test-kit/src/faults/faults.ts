import { fullName } from "../models/model-store.ts";
import { type Fault, faultSchema, faultsOfRuns, pathsOfRuns } from "./fault-script.ts";

/** A fault that was injected. */
export type InjectedFault = {
  readonly fault: Fault;
  /** Requests that met it. */
  readonly hits: number;
  clear(): void;
};

type Active = { fault: Fault; seen: number; hits: number };
type At = { path: string; model: string | undefined };

/** The faults that wait for requests. The oldest that fits a request is the one it meets. */
export class Faults {
  readonly #active = new Set<Active>();

  /** Throws a ZodError for a fault that is none. */
  inject(script: Fault): InjectedFault {
    const active: Active = { fault: faultSchema.parse(script), seen: 0, hits: 0 };
    this.#active.add(active);
    return {
      fault: active.fault,
      get hits() {
        return active.hits;
      },
      clear: () => void this.#active.delete(active),
    };
  }

  clear(): void {
    this.#active.clear();
  }

  list(): { fault: Fault; hits: number }[] {
    return [...this.#active].map(({ fault, hits }) => ({ fault, hits }));
  }

  /** The fault that this request meets. */
  meet(at: At): Fault | undefined {
    return this.#take((fault) => fault.kind !== "reset-on-accept" && concerns(fault, at));
  }

  /** Whether the connection just accepted is reset. */
  meetConnection(): boolean {
    return this.#take((fault) => fault.kind === "reset-on-accept") !== undefined;
  }

  #take(fits: (fault: Fault) => boolean): Fault | undefined {
    for (const active of this.#active) {
      if (!fits(active.fault)) continue;
      const { times = Number.POSITIVE_INFINITY, flap } = active.fault;
      const turn = active.seen;
      active.seen += 1;
      if (flap && turn % (flap.fail + flap.pass) >= flap.fail) continue;
      active.hits += 1;
      if (active.hits >= times) this.#active.delete(active);
      return active.fault;
    }
  }
}

function concerns(fault: Fault, { path, model }: At): boolean {
  if (fault.model !== undefined && (model === undefined || fullName(model) !== fullName(fault.model)))
    return false;
  if (fault.path !== undefined) return path === fault.path;
  return !faultsOfRuns.has(fault.kind) || pathsOfRuns.has(path);
}
