import type { Principal } from "../tool/principal.ts";

/** Who sent a request, as far as its connection and its token prove it. */
export interface Peer {
  /** The remote address: what is counted where there is no session. */
  address: string;
  /** Absent where no token is asked for. */
  principal?: Principal;
}

/** The address at the other end; an IPv4 address that arrives inside an IPv6 one is the IPv4 address. */
export function remoteAddress({ socket }: { socket: { remoteAddress?: string | undefined } }): string {
  return socket.remoteAddress?.replace(/^::ffff:(?=\d+\.)/i, "") ?? "unknown";
}
