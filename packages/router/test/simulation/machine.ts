import type { VirtualClock } from "./clock.ts";

/** How fast a machine is. */
export interface MachineSpec {
  name: string;
  /** Bytes of a model read a second: memory bandwidth, which bounds decoding. */
  bandwidth: number;
  /** Prefill is this many times faster than decoding. */
  prefillFactor: number;
  /** Bytes a second from disk to memory. */
  diskBytesPerS: number;
  /** Models in memory at once. */
  maxLoaded: number;
  slots: number;
  roundTripMs: number;
  local: boolean;
}

export interface Job {
  model: string;
  sizeBytes: number;
  promptTokens: number;
  answerTokens: number;
  onFirstByte(): void;
  onDone(measured: { loadMs: number; promptMs: number; generateMs: number }): void;
}

/**
 * An Ollama as its scheduler behaves: one load at a time, what is loaded passes those that wait for a load, the
 * model unused for longest is evicted once it is idle, and loaded models are served in turn, `slots` at once.
 */
export class Machine {
  /** Models in memory, the last used last. */
  readonly loaded = new Map<string, { sizeBytes: number; busy: number }>();
  readonly spec: MachineSpec;
  readonly #clock: VirtualClock;
  readonly #waitingForLoad: Job[] = [];
  readonly #ready: { job: Job; loadMs: number }[] = [];
  #running = 0;
  #loading = false;

  constructor(spec: MachineSpec, clock: VirtualClock) {
    this.spec = spec;
    this.#clock = clock;
  }

  take(job: Job): void {
    this.#clock.after(this.spec.roundTripMs, () => {
      if (this.loaded.has(job.model)) this.#makeReady(job, 0);
      else this.#waitingForLoad.push(job);
      this.#go();
    });
  }

  #makeReady(job: Job, loadMs: number): void {
    const model = this.loaded.get(job.model) ?? { sizeBytes: job.sizeBytes, busy: 0 };
    model.busy++;
    this.loaded.delete(job.model);
    this.loaded.set(job.model, model);
    this.#ready.push({ job, loadMs });
  }

  #go(): void {
    this.#startLoad();
    while (this.#running < this.spec.slots) {
      const next = this.#ready.shift();
      if (next === undefined) return;
      this.#run(next.job, next.loadMs);
    }
  }

  #startLoad(): void {
    const job = this.#waitingForLoad[0];
    if (this.#loading || job === undefined) return;
    if (this.loaded.size >= this.spec.maxLoaded) {
      const idle = [...this.loaded].find(([, { busy }]) => busy === 0);
      if (idle === undefined) return;
      this.loaded.delete(idle[0]);
    }
    this.#loading = true;
    const loadMs = 1000 + (job.sizeBytes / this.spec.diskBytesPerS) * 1000;
    this.#clock.after(loadMs, () => {
      this.#loading = false;
      const waited = this.#waitingForLoad.filter(({ model }) => model === job.model);
      for (const each of waited) {
        this.#waitingForLoad.splice(this.#waitingForLoad.indexOf(each), 1);
        this.#makeReady(each, each === job ? loadMs : 0);
      }
      this.#go();
    });
  }

  #run(job: Job, loadMs: number): void {
    const decodeTps = this.spec.bandwidth / job.sizeBytes;
    const promptMs = (job.promptTokens / (decodeTps * this.spec.prefillFactor)) * 1000;
    const generateMs = (job.answerTokens / decodeTps) * 1000;
    this.#running++;
    this.#clock.after(promptMs, () => job.onFirstByte());
    this.#clock.after(promptMs + generateMs, () => {
      this.#running--;
      const model = this.loaded.get(job.model);
      if (model !== undefined) model.busy--;
      job.onDone({ loadMs, promptMs, generateMs });
      this.#go();
    });
  }
}
