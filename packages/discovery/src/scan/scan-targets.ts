import { isIP } from "node:net";
import { isOwnAddress, normalizeUrl } from "@ollama-bridge/core-client";
import { type BridgeError, invalidArgument } from "@ollama-bridge/foundation";
import { isPrivateAddress, parseCidr } from "./host-addresses.ts";
import { hostAndPort, resolveHost } from "./identity.ts";

export const DEFAULT_PORTS = "11434-11499";
const MAX_PORTS = 256;
const MAX_NETWORK_ADDRESSES = 256;

/** An address with the length of its prefix; a path begins with no digit. */
const NETWORK = /^\s*[^/]+\/\d+\s*$/;

/** An address to be asked; `url` is how it is reached once something listens. */
export interface ScanTarget {
  host: string;
  port: number;
  url: string;
}

/** @throws BridgeError VALIDATION_ERROR with path `ports`. */
export function parsePorts(text: string): number[] {
  const ports = new Set<number>();
  for (const part of text.split(",")) {
    const [, from, to] = /^\s*(\d{1,5})(?:\s*-\s*(\d{1,5}))?\s*$/.exec(part) ?? [];
    const first = Number(from);
    const last = Number(to ?? from);
    if (from === undefined || first < 1 || last > 65_535 || first > last)
      throw invalidArgument(
        "ports",
        `${part.trim() || "nothing"} is not a port or a range`,
        'Give "11434-11499" or "11434,11500".',
      );
    for (let port = first; port <= last && ports.size <= MAX_PORTS; port++) ports.add(port);
    if (ports.size > MAX_PORTS)
      throw invalidArgument("ports", `more than ${MAX_PORTS} ports`, "Give a smaller range.");
  }
  return [...ports];
}

/**
 * The targets that hosts, host:ports, URLs and networks stand for, the first port of all hosts first.
 * @throws BridgeError VALIDATION_ERROR: no address, larger than a /24, or, unless `anyAddress`, not private.
 */
export async function targetsOf(
  hosts: readonly string[],
  ports: readonly number[],
  { path = "hosts", anyAddress = false } = {},
): Promise<ScanTarget[]> {
  const named = await Promise.all(
    hosts.map((text, index) =>
      NETWORK.test(text)
        ? network(text.trim(), ports, { path: `${path}[${index}]`, anyAddress })
        : single(text.trim(), ports, { path: `${path}[${index}]`, anyAddress }),
    ),
  );
  const order = new Map(ports.map((port, index) => [port, index]));
  return named.flat().sort((a, b) => (order.get(a.port) ?? -1) - (order.get(b.port) ?? -1));
}

interface Where {
  path: string;
  anyAddress: boolean;
}

function network(text: string, ports: readonly number[], { path, anyAddress }: Where): ScanTarget[] {
  const addresses = addressesOf(text, path);
  if (!anyAddress && !(isPrivateAddress(addresses[0] ?? "") && isPrivateAddress(addresses.at(-1) ?? "")))
    throw notPrivate(path, text);
  return addresses.flatMap((host) => ports.map((port) => targetAt(host, port)));
}

function addressesOf(text: string, path: string): string[] {
  try {
    const { address, prefix, family } = parseCidr(text);
    const hostBits = (family === "ipv6" ? 128 : 32) - prefix;
    if (2 ** hostBits > MAX_NETWORK_ADDRESSES)
      throw invalidArgument(
        path,
        `${text} is larger than a /24`,
        "Give at most 256 addresses, for example 192.168.1.0/24.",
      );
    return family === "ipv6" ? ipv6Range(address, hostBits) : ipv4Range(address, hostBits);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw invalidArgument(path, error.message, "Give a network like 192.168.1.0/24.");
  }
}

function ipv4Range(address: string, hostBits: number): string[] {
  const value = address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0);
  const size = 2 ** hostBits;
  const first = Math.floor(value / size) * size;
  const all = Array.from({ length: size }, (_, index) => first + index);
  // The first and last address of a network are its own and its broadcast.
  const usable = size > 2 ? all.slice(1, -1) : all;
  return usable.map((each) => [24, 16, 8, 0].map((shift) => Math.floor(each / 2 ** shift) % 256).join("."));
}

function ipv6Range(address: string, hostBits: number): string[] {
  const canonical = URL.parse(`http://[${address}]`)?.hostname.slice(1, -1) ?? address;
  const groups = canonical.endsWith("::")
    ? 0
    : Number.parseInt(canonical.slice(canonical.lastIndexOf(":") + 1), 16);
  const head = canonical.endsWith("::") ? canonical : canonical.slice(0, canonical.lastIndexOf(":") + 1);
  const size = 2 ** hostBits;
  const first = Math.floor(groups / size) * size;
  return Array.from({ length: size }, (_, index) => head + (first + index).toString(16));
}

async function single(
  text: string,
  ports: readonly number[],
  { path, anyAddress }: Where,
): Promise<ScanTarget[]> {
  let url: string;
  try {
    url = normalizeUrl(text);
  } catch (error) {
    throw invalidArgument(
      path,
      `${text || "nothing"} is not an address`,
      "Give a host, host:port, URL or network.",
      error,
    );
  }
  const { host, port } = hostAndPort(url);
  const addresses = await resolveHost(host);
  if (addresses.length === 0) throw invalidArgument(path, `${host} does not resolve`, "Check the name.");
  if (!anyAddress && !addresses.every((each) => isPrivateAddress(each) || isOwnAddress(each)))
    throw notPrivate(path, text);
  if (text.includes("://")) return [{ host, port, url }];
  // The address that was checked is the one that is asked, whatever the name says next time.
  const address =
    host === "localhost" ? host : (addresses.find((each) => isIP(each) === 4) ?? addresses[0] ?? host);
  const [authority = ""] = text.split("/");
  const portGiven = isIP(authority) === 0 && /:\d+$/.test(authority);
  return portGiven ? [targetAt(address, port)] : ports.map((each) => targetAt(address, each));
}

export function targetAt(host: string, port: number): ScanTarget {
  return { host, port, url: `http://${isIP(host) === 6 ? `[${host}]` : host}:${port}` };
}

function notPrivate(path: string, text: string): BridgeError {
  return invalidArgument(
    path,
    `${text} is not an address of a private network`,
    "Only private networks are scanned; name a public server under `instances` in the configuration.",
  );
}
