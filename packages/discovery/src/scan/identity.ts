import { isIP } from "node:net";
import {
  canonicalAddress,
  isOwnAddress,
  type ListenerLookup,
  type ListeningSocket,
  lookUpHost,
  ON_ANOTHER_MACHINE,
  readListeningSockets,
  whyListenerIsUnused,
} from "@ollama-bridge/core-client";

/** What is known of an address, to tell whether another one leads to the same server. */
export interface ServerIdentity {
  url: string;
  /** Host as written: an address, `localhost`, or another name, behind which a proxy may tell servers apart. */
  host: string;
  named: boolean;
  port: number;
  /** No TLS and no path: nothing between us and the server that looks at more than the address. */
  plain: boolean;
  /** In the order the system gives them; none when the name does not resolve. */
  addresses: readonly string[];
  /** All of the addresses are this machine's own. */
  own: boolean;
  listener?: ListeningSocket | undefined;
}

export function hostAndPort(url: string): { host: string; port: number } {
  const { hostname, port, protocol } = new URL(url);
  const host = hostname.replace(/^\[|\]$/g, "");
  return { host, port: port === "" ? (protocol === "https:" ? 443 : 80) : Number(port) };
}

/** Identifies many addresses with one look at the system's sockets. */
export async function identify(urls: readonly string[]): Promise<ServerIdentity[]> {
  const listeners = await readListeningSockets();
  return Promise.all(urls.map((url) => identifyOne(url, listeners)));
}

async function identifyOne(url: string, listeners: ListenerLookup | undefined): Promise<ServerIdentity> {
  const { host, port } = hostAndPort(url);
  const { protocol, pathname } = new URL(url);
  const addresses = await resolveHost(host);
  const own = addresses.length > 0 && addresses.every(isOwnAddress);
  const listening = own ? addresses.map((address) => listeners?.(address, port)) : [];
  return {
    url,
    host,
    named: isIP(host) === 0 && host !== "localhost",
    port,
    plain: protocol === "http:" && pathname === "/",
    addresses,
    own,
    // A client tries the addresses of a name in this order until one takes the connection.
    listener: listening.find((listener) => listener !== undefined),
  };
}

/** Why prompts do not go to a server that nobody named; undefined where they do. */
export async function whyUnnamedIsUnused(identity: ServerIdentity | undefined): Promise<string | undefined> {
  return identity?.own ? whyListenerIsUnused(identity.port, identity.listener) : ON_ANOTHER_MACHINE;
}

/** Says why prompts do not go to an address when nobody named it; undefined where they do. */
export async function whyAddressIsUnused(url: string): Promise<string | undefined> {
  const [identity] = await identify([url]);
  return whyUnnamedIsUnused(identity);
}

/** Addresses of a host, none when it does not resolve. */
export async function resolveHost(host: string): Promise<string[]> {
  if (isIP(host) !== 0) return [canonicalAddress(host)];
  // An unknown name is no identity; the connection to it will say why it fails.
  const found = await lookUpHost(host).catch(() => []);
  return found.map(({ address }) => canonicalAddress(address));
}

/**
 * Whether two addresses certainly lead to one server. Two are never merged on a guess: one socket of this machine
 * is proof; equal contents (`fingerprint`: version, models, when each was modified) only support what the address
 * says already, for servers that share their models' folder have the same.
 */
export function sameServer(
  a: ServerIdentity & { fingerprint?: string | undefined },
  b: ServerIdentity & { fingerprint?: string | undefined },
): boolean {
  if (a.url === b.url) return true;
  if (!a.plain || !b.plain || a.port !== b.port || (a.named && b.named && a.host !== b.host)) return false;
  const sameContents = a.fingerprint !== undefined && a.fingerprint === b.fingerprint;
  // Names of virtual hosts share a proxy's address and port.
  if (a.named !== b.named && !sameContents) return false;
  if (a.own !== b.own) return false;
  if (!a.own) return a.addresses[0] !== undefined && a.addresses[0] === b.addresses[0];
  if (a.listener !== undefined && b.listener !== undefined) {
    if (a.listener.id === b.listener.id) return true;
    // A forwarder, as of containers, listens with one socket for each IP version; two servers cannot share a port so.
    return a.listener.wildcard && b.listener.wildcard && sameContents;
  }
  if (a.addresses.some((address) => b.addresses.includes(address))) return true;
  return a.listener === undefined && b.listener === undefined && sameContents;
}
