import type { Counters } from "./counters.ts";
import type { Fault } from "./faults/fault-script.ts";
import type { InjectedFault } from "./faults/faults.ts";
import type { Pause, PausePoint, PauseScope } from "./gates.ts";
import type { ModelStore } from "./models/model-store.ts";

/** A scriptable Ollama that runs. */
export type TestOllama = {
  /** `http://127.0.0.1:PORT`, unless it listens on another address only. */
  url: string;
  port: number;
  /** The models on its disk; they may be added and removed while it runs. */
  models: ModelStore;
  /** What it was asked and what became of it, live. */
  counters: Counters;
  /** Resolves as soon as the predicate holds. */
  until(predicate: (counters: Counters) => boolean): Promise<void>;
  inject(fault: Fault): InjectedFault;
  clearFaults(): void;
  faults(): { fault: Fault; hits: number }[];
  /** Holds requests at a point until released. */
  pauseBefore(point: PausePoint, scope?: PauseScope): Pause;
  /** The names of the loaded models. */
  loaded(): string[];
  /** Requests that wait for a slot of a loaded model. */
  waiting(model: string): number;
  /** Loads a model without a request, for five minutes. */
  load(model: string): Promise<void>;
  /** Evicts a model, as a server short of memory does. */
  unload(model: string): void;
  /** Resets all connections and refuses new ones, until it comes back on the same port. */
  goDown(): Promise<void>;
  comeBack(): Promise<void>;
  close(): Promise<void>;
};
