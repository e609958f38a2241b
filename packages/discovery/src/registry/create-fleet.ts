import { defaultInstance, environmentAddress } from "@ollama-bridge/core-client/config";
import { createLogger, logSection, type Settings } from "@ollama-bridge/server-kit";
import { discoverySection, type InstanceEntry, instancesSection } from "../config.ts";
import { fileStore } from "../learning/file-store.ts";
import { Fleet } from "./fleet.ts";
import type { FleetOptions } from "./fleet-options.ts";
import { type InstanceSpec, specOfMember, specOfSettings, specsOfVariable } from "./instance-spec.ts";

/**
 * Makes the fleet of an operator's settings. Nothing is connected, scanned or opened before it is first asked.
 * @throws BridgeError CONFIG_INVALID
 */
export function createFleet(settings: Settings, overrides: Partial<FleetOptions> = {}): Fleet {
  const { env } = settings;
  const { scan_local, ports, hosts, allow_networks } = settings.read(discoverySection);
  const { level } = settings.read(logSection);
  const warn = (fields: object, message: string) => createLogger(level).warn(fields, message);
  return new Fleet({
    configured: configuredInstances(settings),
    defaultInstance: defaultInstance(env),
    scan: { local: scan_local, ports, hosts, allowNetworks: allow_networks },
    store: fileStore({ env, name: "fleet-history", what: "History of the fleet", warn }),
    warn,
    ...overrides,
  });
}

/**
 * Lists what the operator named: in the configuration, in OLLAMA_INSTANCES, by the address of the environment. The default
 * address alone names nothing: what is not there is found by scanning, or not at all.
 */
export function configuredInstances(settings: Settings): InstanceSpec[] {
  const { env } = settings;
  const { scan_local: scanLocal } = settings.read(discoverySection);
  const named = environmentAddress(env) !== undefined || !scanLocal;
  return [
    ...settings.read(instancesSection).map(specOfEntry),
    ...specsOfVariable(env.OLLAMA_INSTANCES),
    ...(named ? [specOfSettings(defaultInstance(env))] : []),
  ];
}

function specOfEntry({ gpu, max_parallel, price_per_mtok, api_key, ...entry }: InstanceEntry): InstanceSpec {
  return specOfMember({
    ...entry,
    gpu: gpu && { count: gpu.count, vramGb: gpu.vram_gb },
    maxParallel: max_parallel,
    pricePerMtok: price_per_mtok,
    apiKey: api_key,
  });
}
