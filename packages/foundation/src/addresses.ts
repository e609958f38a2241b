import { BlockList, isIP } from "node:net";

let loopback: BlockList | undefined;

/** Tells whether an IP address is a loopback address, however it is spelled. A name never is. */
export function isLoopbackAddress(address: string): boolean {
  const family = isIP(address);
  if (family === 0) return false;
  loopback ??= loopbackAddresses();
  return loopback.check(address.replace(/%.*$/, ""), family === 6 ? "ipv6" : "ipv4");
}

/**
 * Tells whether a host leads to the loopback for certain: an address (IPv6 with or without brackets), or the name `localhost`
 * itself. Every other name leads where a name server says, even one that looks like an address.
 */
export function isLoopbackHost(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, "");
  return bare.toLowerCase() === "localhost" || isLoopbackAddress(bare);
}

/** Made at the first use: it costs time that a server that only lists its tools need not spend. */
function loopbackAddresses(): BlockList {
  const list = new BlockList();
  list.addSubnet("127.0.0.0", 8, "ipv4");
  list.addAddress("::1", "ipv6");
  return list;
}
