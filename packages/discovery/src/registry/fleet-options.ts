import { type InstanceSettings, OllamaClient } from "@ollama-bridge/core-client";
import { type KeyValueStore, memoryStore } from "@ollama-bridge/foundation";
import { askNvidiaSmi } from "../health/gpu.ts";
import { type PollIntervals, pollIntervals } from "../health/poller.ts";
import { DEFAULT_PORTS } from "../scan/scan-targets.ts";
import { type FleetMember, type InstanceSpec, specOfMember } from "./instance-spec.ts";

/** What a fleet is made of. Everything but `configured` has a default. */
export interface FleetOptions {
  /** Named by the operator; of two that are one server the first is kept. */
  configured: readonly FleetMember[];
  /** What is meant where no instance is named, and asked when none was found. @default http://localhost:11434 */
  defaultInstance?: InstanceSettings;
  /** Where instances are looked for. @default this machine's ports 11434-11499 */
  scan?: {
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
  /** Where the history is kept. @default in memory */
  store?: KeyValueStore;
  /** Is told what goes wrong in the background. @default nobody is */
  warn?: (fields: object, message: string) => void;
  /** A monotonic clock in ms. @default performance.now() */
  now?: () => number;
  /** The wall clock in Unix ms; used for what other machines and later runs said or read. */
  wall?: () => number;
  /** In [0, 1). @default Math.random */
  random?: () => number;
  /** Makes the client of an instance. */
  createClient?: (settings: InstanceSettings) => OllamaClient;
  /** Counts this machine's GPUs. @default asks nvidia-smi */
  askGpus?: typeof askNvidiaSmi;
}

/** What a fleet is made of, with nothing left out. */
export type CompleteFleetOptions = Required<FleetOptions> & { configured: readonly InstanceSpec[] };

/** Fills in the defaults. */
export function withDefaults(options: FleetOptions): CompleteFleetOptions {
  return {
    defaultInstance: { name: "localhost:11434", url: "http://localhost:11434" },
    scan: { local: true, ports: DEFAULT_PORTS, hosts: [], allowNetworks: [] },
    intervals: pollIntervals,
    store: memoryStore(),
    warn: () => undefined,
    now: () => performance.now(),
    wall: () => Date.now(),
    random: Math.random,
    createClient: (settings) => new OllamaClient(settings),
    askGpus: askNvidiaSmi,
    ...options,
    configured: options.configured.map(specOfMember),
  };
}
