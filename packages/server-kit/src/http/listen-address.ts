import { isIP } from "node:net";
import { foundationErrors } from "@ollama-bridge/foundation";

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
    throw foundationErrors.create("CONFIG_INVALID", `--http ${text} is not an address to listen on`, {
      hint: "Give [host:]port, for example 8080 or 127.0.0.1:8080.",
    });
  }
  return { host: oneSpelling(match.groups?.host ?? "127.0.0.1"), port };
}

/** An address has many spellings (`127.1`, `0x7f.1`); the one that is checked is the one that is listened on. */
function oneSpelling(host: string): string {
  const address = URL.parse(`http://${host}`)?.hostname.replace(/^\[|\]$/g, "") ?? "";
  return isIP(address) === 0 ? host.toLowerCase() : address;
}
