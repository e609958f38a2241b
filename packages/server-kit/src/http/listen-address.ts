import { BridgeError } from "../errors.ts";

/** Where to listen. `host` has no brackets. */
export interface ListenAddress {
  host: string;
  port: number;
}

/**
 * Reads `[host:]port`; without a host it is the loopback.
 * @throws BridgeError CONFIG_INVALID
 */
export function parseListenAddress(text: string): ListenAddress {
  const match = /^(?:(?<host>\[[0-9a-f:.]+\]|[^:\s]+):)?(?<port>\d{1,5})$/i.exec(text.trim());
  const port = Number(match?.groups?.port);
  if (match === null || port > 65_535) {
    throw new BridgeError("CONFIG_INVALID", `--http ${text} is not an address to listen on`, {
      hint: "Give [host:]port, for example 8080 or 127.0.0.1:8080.",
    });
  }
  return { host: match.groups?.host?.replace(/^\[|\]$/g, "") ?? "127.0.0.1", port };
}

export function isLoopbackHost(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127\./.test(host);
}
