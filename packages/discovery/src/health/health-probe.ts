import { setTimeout as sleep } from "node:timers/promises";
import { toBridgeError } from "@ollama-bridge/foundation";
import type { FleetChange } from "../registry/fleet-change.ts";
import type { Clock, Instance } from "../registry/instance.ts";
import type { InstanceEvent } from "../registry/instance-event.ts";
import type { InstanceRegistry } from "../registry/instance-registry.ts";
import type { Due } from "./poller.ts";

const REACHABILITY_TIMEOUT_MS = 2_000;
const LISTS_TIMEOUT_MS = 5_000;
/** Of two that are asked in one look, the second is asked after this long. */
const SECOND_AFTER_MS = 1_000;

/** Looks at instances and has the registry take in what they say. */
export class HealthProbe {
  readonly #registry: InstanceRegistry;
  readonly #clock: Clock;

  constructor(registry: InstanceRegistry, clock: Clock) {
    this.#registry = registry;
    this.#clock = clock;
  }

  /** Does what is due; an instance that comes back is read whole. Returns what changed. */
  async look(instance: Instance, due: Due): Promise<FleetChange[]> {
    const { id, client } = instance;
    const wasReachable = instance.reachable === true;
    const changes: FleetChange[] = [];
    const apply = (event: InstanceEvent) => void changes.push(...this.#registry.apply(id, event));
    try {
      if (due.closely) await this.#reachAtOnce(instance, apply);
      else if (due.reachability || !wasReachable) await this.#reach(instance, apply);
      // What failed last is tried again, whatever else is due.
      if (due.models || !wasReachable || instance.problem !== undefined) {
        const list = await client.list({ timeoutMs: LISTS_TIMEOUT_MS });
        apply({ type: "listed-models", list });
      }
      if (due.loaded || !wasReachable) {
        const list = await client.ps({ timeoutMs: REACHABILITY_TIMEOUT_MS });
        apply({ type: "listed-loaded", atMs: this.#clock.now(), wallMs: this.#clock.wall(), list });
      }
    } catch (error) {
      apply({ type: "failed", atMs: this.#clock.now(), error: toBridgeError(error), wasReachable });
    }
    const isReachable = this.#registry.get(id)?.reachable === true;
    // What said its version and then fell silent neither came up nor went down.
    return changes.filter(({ type }) => {
      if (type === "instance-up") return isReachable;
      return type !== "instance-down" || wasReachable;
    });
  }

  async #reach({ client }: Instance, apply: (event: InstanceEvent) => void): Promise<void> {
    const startedMs = performance.now();
    const version = await client.version({ timeoutMs: REACHABILITY_TIMEOUT_MS });
    const roundTripMs = performance.now() - startedMs;
    apply({ type: "probed", atMs: this.#clock.now(), version, roundTripMs });
  }

  /** As two looks would, within the time of one: a second connection may be answered where the first is not. */
  async #reachAtOnce(instance: Instance, apply: (event: InstanceEvent) => void): Promise<void> {
    const first = this.#reach(instance, apply);
    const cancel = new AbortController();
    const second = sleep(SECOND_AFTER_MS, undefined, { signal: cancel.signal, ref: false }).then(() => true);
    const isLate = await Promise.race([first.then(() => false), second]).finally(() => cancel.abort());
    if (!isLate) return;
    const timeoutMs = REACHABILITY_TIMEOUT_MS - SECOND_AFTER_MS;
    try {
      await Promise.any([first, instance.client.version({ timeoutMs })]);
      apply({ type: "probed", atMs: this.#clock.now() });
    } catch {
      apply({ type: "probed-in-vain" });
      await first;
    }
  }
}
