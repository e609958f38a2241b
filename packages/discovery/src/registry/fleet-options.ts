import { type InstanceSettings, OllamaClient } from "@ollama-bridge/core-client";
import { askNvidiaSmi } from "../health/gpu.ts";
import { type PollIntervals, pollIntervals } from "../health/poller.ts";
import { type KeyValueStore, memoryStore } from "../learning/history-keeper.ts";
import type { InstanceSpec } from "./instance-spec.ts";

export interface FleetOptions {
  /** Named by the operator; of two that are one server the first is kept. */
  configured: readonly InstanceSpec[];
  /** What is meant where no instance is named, and asked when none was found. */
  defaultInstance: InstanceSettings;
  scan: {
    /** This machine's loopback address. */
    local: boolean;
    /** "11434-11499" or "11434,11500". */
    ports: string;
    /** Hosts, host:ports, URLs or networks besides. */
    hosts: readonly string[];
    /** Scanned instances in these networks may be routed to. */
    allowNetworks: readonly string[];
  };
  /** How often what is looked at; the default suits people and tools alike, shorter ones are for tests. */
  intervals?: PollIntervals;
  /** Where the history is kept; default: in memory. */
  store?: KeyValueStore;
  warn?: (fields: object, message: string) => void;
  /** A monotonic clock in ms; default `performance.now()`. */
  now?: () => number;
  /** The wall clock in Unix ms; used for what other machines and later runs said or read. */
  wall?: () => number;
  /** In [0, 1). */
  random?: () => number;
  createClient?: (settings: InstanceSettings) => OllamaClient;
  askGpus?: typeof askNvidiaSmi;
}

export function withDefaults(options: FleetOptions): Required<FleetOptions> {
  return {
    intervals: pollIntervals,
    store: memoryStore(),
    warn: () => undefined,
    now: () => performance.now(),
    wall: () => Date.now(),
    random: Math.random,
    createClient: (settings) => new OllamaClient(settings),
    askGpus: askNvidiaSmi,
    ...options,
  };
}
