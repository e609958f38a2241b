import { setTimeout as sleep } from "node:timers/promises";
import { type BridgeError, toBridgeError } from "@ollama-bridge/foundation";
import type { FleetChange } from "../registry/fleet-change.ts";
import type { Instance } from "../registry/instance.ts";
import type { Due } from "./poller.ts";

const REACHABILITY_MS = 2_000;
const LISTS_MS = 5_000;
/** One slow answer may be a machine under load; the second is not there. */
const TIMEOUTS_TO_BE_DOWN = 2;
/** Nothing came from there, or nothing could be sent. */
const noAnswer: readonly string[] = ["OLLAMA_CONNECTION_FAILED", "CONFIG_INVALID"];
/** Of two that are asked in one look, the second is asked after this long. */
const SECOND_AFTER_MS = 1_000;

/** Looks at one instance and writes down what it says. */
export class HealthProbe {
  readonly #timeouts = new WeakMap<Instance, number>();

  /**
   * Does what is due; an instance that comes back is read whole. Whether it answers; what changed is added to
   * `changes`.
   */
  async look(instance: Instance, due: Due, changes: FleetChange[]): Promise<boolean> {
    const wasReachable = instance.reachable === true;
    try {
      if (due.closely) await this.#reachAtOnce(instance);
      else if (due.reachability || !wasReachable) await this.#reach(instance);
      const back = !wasReachable;
      // What failed last is tried again, whatever else is due.
      if (due.models || back || instance.problem !== undefined) {
        await this.#readModels(instance, changes);
        instance.problem = undefined;
      }
      if (due.loaded || back) await this.#readLoaded(instance, changes);
      if (back) changes.push({ type: "instance-up", instance: instance.name });
      return true;
    } catch (error) {
      return this.#failed(instance, toBridgeError(error), wasReachable);
    } finally {
      instance.noteStatus();
    }
  }

  async #reach(instance: Instance): Promise<void> {
    const startedMs = performance.now();
    instance.version = await instance.client.version({ timeoutMs: REACHABILITY_MS });
    instance.seen(performance.now() - startedMs);
    this.#timeouts.delete(instance);
  }

  /** As two looks would, within the time of one: a second connection may be answered where the first is not. */
  async #reachAtOnce(instance: Instance): Promise<void> {
    const first = this.#reach(instance);
    const cancel = new AbortController();
    const second = sleep(SECOND_AFTER_MS, undefined, { signal: cancel.signal, ref: false }).then(() => true);
    const isLate = await Promise.race([first.then(() => false), second]).finally(() => cancel.abort());
    if (!isLate) return;
    const timeoutMs = REACHABILITY_MS - SECOND_AFTER_MS;
    try {
      await Promise.any([first, instance.client.version({ timeoutMs })]);
      instance.seen();
    } catch {
      this.#timeouts.set(instance, TIMEOUTS_TO_BE_DOWN - 1);
      await first;
    }
  }

  async #readModels(instance: Instance, changes: FleetChange[]): Promise<void> {
    const list = await instance.client.list({ timeoutMs: LISTS_MS });
    const changed = instance.takeModels(list);
    if (changed) changes.push({ type: "models-changed", instance: instance.name });
  }

  async #readLoaded(instance: Instance, changes: FleetChange[]): Promise<void> {
    const list = await instance.client.ps({ timeoutMs: REACHABILITY_MS });
    const { loaded, unloaded } = instance.takeLoaded(list);
    const { name } = instance;
    for (const model of loaded) changes.push({ type: "model-loaded", instance: name, model });
    for (const model of unloaded) changes.push({ type: "model-unloaded", instance: name, model });
  }

  /** What answers, be it with an error, is there. */
  #failed(instance: Instance, error: BridgeError, wasReachable: boolean): boolean {
    const silent = error.code === "TIMEOUT_EXCEEDED";
    if (!silent && !noAnswer.includes(error.code)) {
      instance.seen();
      instance.problem = error;
      return true;
    }
    const timeouts = (this.#timeouts.get(instance) ?? 0) + 1;
    this.#timeouts.set(instance, timeouts);
    if (silent && wasReachable && timeouts < TIMEOUTS_TO_BE_DOWN) return true;
    instance.reachable = false;
    instance.problem = error;
    return false;
  }
}
