import { isIPv6 } from "node:net";
import { networkInterfaces } from "node:os";
import { isLoopbackAddress, isLoopbackHost } from "@ollama-bridge/foundation";

/** Tells whether the address is one of this machine's own, now. */
export function isOwnAddress(address: string): boolean {
  if (isLoopbackAddress(address)) return true;
  const canonical = canonicalAddress(address);
  return Object.values(networkInterfaces()).some((entries) =>
    entries?.some((entry) => canonicalAddress(entry.address) === canonical),
  );
}

/**
 * Tells whether a host is this machine: `localhost` or an address of its own. A name is not, wherever it leads now, as it can
 * lead elsewhere with the next look.
 */
export const isThisMachine = (host: string) => isLoopbackHost(host) || isOwnAddress(host);

/** Gives an address its one spelling: IPv6 has many, and one for IPv4 too. */
export function canonicalAddress(address: string): string {
  if (!isIPv6(address)) return address;
  const canonical = URL.parse(`http://[${address.split("%")[0]}]`)?.hostname.slice(1, -1) ?? address;
  const [, high, low] = /^::ffff:([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(canonical) ?? [];
  if (high === undefined || low === undefined) return canonical;
  return [high, low]
    .map((half) => Number.parseInt(half, 16))
    .flatMap((half) => [half >> 8, half & 255])
    .join(".");
}
