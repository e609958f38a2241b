import {
  type ClientSettings,
  type InstanceSettings,
  instanceSettings,
  normalizeUrl,
} from "@ollama-bridge/core-client";
import { foundationErrors, isLoopbackAddress } from "@ollama-bridge/foundation";
import type { ScanTarget } from "../scan/scan-targets.ts";

/** An instance as it was named by the operator or found by scanning. */
export interface InstanceSpec extends InstanceSettings {
  /** `scanned` ones leave the picture when they are gone, the others stay as down. */
  origin: "configured" | "scanned";
  region?: string | undefined;
  /** Higher wins when costs tie. */
  priority: number;
  /** Undefined: private where it is on this machine. */
  private?: boolean | undefined;
  /** `vramGb`: memory of all of them, in GB. */
  gpu?: { count: number; vramGb?: number | undefined } | undefined;
  /** Parallel slots of a model. */
  maxParallel: number;
  /** USD per million tokens. */
  pricePerMtok?: number | undefined;
  tags: readonly string[];
}

/** What names an instance: its address as people write it, or settings with more of what an operator knows. */
export type FleetMember = string | (ClientSettings & Partial<InstanceSpec>);

const plain = { priority: 0, maxParallel: 1, tags: [] };

/**
 * Makes the spec of an instance of which only the address and the keys are known.
 *
 * @example
 * import { specOfSettings } from "@ollama-bridge/discovery";
 *
 * specOfSettings({ name: "gpu", url: "http://gpu.lan:11434" });
 */
export function specOfSettings(settings: InstanceSettings): InstanceSpec {
  return { ...plain, origin: "configured", ...settings };
}

/** Makes the spec of a member. @throws BridgeError CONFIG_INVALID for an address that is none. */
export function specOfMember(member: FleetMember): InstanceSpec {
  const known = typeof member === "string" ? {} : member;
  return { ...plain, origin: "configured", ...known, ...instanceSettings(member) };
}

/** The instance at a scanned address, named `localhost:PORT` or after its address. */
export function specOfTarget({ url, host, port }: ScanTarget): InstanceSpec {
  const { protocol, pathname } = new URL(url);
  const shown = isLoopbackAddress(host) ? "localhost" : host;
  const name = protocol === "http:" && pathname === "/" ? `${shown}:${port}` : url;
  return { ...plain, origin: "scanned", name, url, unnamed: true };
}

/**
 * The instances of OLLAMA_INSTANCES, `name=url` separated by commas.
 * @throws BridgeError CONFIG_INVALID
 */
export function specsOfVariable(text: string | undefined): InstanceSpec[] {
  const parts = (text ?? "").split(",").map((part) => part.trim());
  return parts.filter(Boolean).map((part) => {
    const [, name, url] = /^([^=]*[^=\s])\s*=\s*(\S+)$/.exec(part) ?? [];
    if (name === undefined || url === undefined || name.includes("://")) {
      throw foundationErrors.create("CONFIG_INVALID", `OLLAMA_INSTANCES: ${part} is not name=url`, {
        details: { variable: "OLLAMA_INSTANCES" },
        hint: "Give name=url, separated by commas: gpu=http://gpu.lan:11434,laptop=192.168.1.7.",
      });
    }
    return specOfSettings({ name, url: normalizeUrl(url) });
  });
}

/**
 * The specs with each address once: the first keeps its place, keys that it lacks come from the others.
 * @throws BridgeError CONFIG_INVALID when two have one name and different addresses.
 */
export function uniqueSpecs(specs: readonly InstanceSpec[]): InstanceSpec[] {
  const byUrl = new Map<string, InstanceSpec>();
  const names = new Map<string, string>();
  for (const spec of specs) {
    const taken = names.get(spec.name);
    if (taken !== undefined && taken !== spec.url) {
      throw foundationErrors.create(
        "CONFIG_INVALID",
        `instances: ${spec.name} names both ${taken} and ${spec.url}`,
        {
          details: { key: "instances" },
          hint: "Give each instance a name of its own.",
        },
      );
    }
    names.set(spec.name, spec.url);
    const first = byUrl.get(spec.url) ?? spec;
    byUrl.set(spec.url, { ...first, key: first.key ?? spec.key, apiKey: first.apiKey ?? spec.apiKey });
  }
  return [...byUrl.values()];
}
