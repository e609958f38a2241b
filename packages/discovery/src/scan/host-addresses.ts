import { BlockList, isIP, isIPv6 } from "node:net";

/** A set of networks in CIDR notation. @throws RangeError for what is none. */
export function networks(cidrs: readonly string[]): BlockList {
  const list = new BlockList();
  for (const cidr of cidrs) {
    const { address, prefix, family } = parseCidr(cidr);
    list.addSubnet(address, prefix, family);
  }
  return list;
}

export interface Cidr {
  address: string;
  prefix: number;
  family: "ipv4" | "ipv6";
}

/** An address alone is a network of one. @throws RangeError */
export function parseCidr(text: string): Cidr {
  const [address = "", bits, ...rest] = text.split("/");
  const family = isIP(address) === 6 ? "ipv6" : "ipv4";
  const width = family === "ipv6" ? 128 : 32;
  const prefix = bits === undefined ? width : Number(bits);
  const wellFormed = isIP(address) !== 0 && rest.length === 0 && /^(\d+)?$/.test(bits ?? "");
  if (!wellFormed || bits === "" || prefix > width) throw new RangeError(`${text} is not a network`);
  return { address, prefix, family };
}

/** Addresses of private networks, of shared ones (as overlay networks use them) and of this machine. */
const privateNetworks = onFirstUse(() =>
  networks([
    "10.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "fc00::/7",
    "::1",
  ]),
);

/** Reading an address for the first time costs Node milliseconds, which a server that only lists tools need not pay. */
function onFirstUse<Value>(make: () => Value): () => Value {
  let made: Value | undefined;
  return () => (made ??= make());
}

export function contains(list: BlockList, address: string): boolean {
  return isIP(address) !== 0 && list.check(address, isIPv6(address) ? "ipv6" : "ipv4");
}

export const isPrivateAddress = (address: string) => contains(privateNetworks(), address);
