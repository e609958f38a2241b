import { timingSafeEqual } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import {
  localhostAllowedHostnames,
  validateHostHeader,
  validateOriginHeader,
} from "@modelcontextprotocol/server";
import { foundationErrors, isLoopbackHost, sha256 } from "@ollama-bridge/foundation";
import type { ListenAddress } from "./listen-address.ts";
import { type Peer, remoteAddress } from "./peer.ts";

const SHORTEST_TOKEN = 16;

/** Says who sent a request, or answers one that may not pass. */
export type Guard = (request: IncomingMessage, response: ServerResponse) => Peer | undefined;

/**
 * Who may pass: pages of other origins never, names other than this machine's own not on a loopback server (a page
 * could point its own name at us), and with a token only who sends it.
 * @throws BridgeError CONFIG_INVALID when the address is reachable from elsewhere and there is no good token.
 */
export function createGuard(
  { host }: ListenAddress,
  token: string | undefined,
  tokenVariable: string,
): Guard {
  if (token !== undefined && token.length < SHORTEST_TOKEN) {
    throw foundationErrors.create(
      "CONFIG_INVALID",
      `${tokenVariable} is shorter than ${SHORTEST_TOKEN} characters`,
    );
  }
  if (token === undefined && !isLoopbackHost(host)) {
    throw foundationErrors.create(
      "CONFIG_INVALID",
      `Listening on ${host} would let everyone on the network in`,
      {
        hint: `Set ${tokenVariable} (at least ${SHORTEST_TOKEN} characters), or listen on 127.0.0.1.`,
      },
    );
  }
  const digest = token === undefined ? undefined : sha256(token);
  const principal = digest && { kind: "token" as const, hash: digest.toString("hex") };

  return (request, response) => {
    const { host: hostHeader, origin, authorization } = request.headers;
    if (isLoopbackHost(host) && !validateHostHeader(hostHeader, localhostAllowedHostnames()).ok) {
      return refuse(response, 403, `Host ${hostHeader} is not this server's`);
    }
    const ownName = hostHeader === undefined ? [] : (URL.parse(`http://${hostHeader}`)?.hostname ?? []);
    if (!validateOriginHeader(origin, [...localhostAllowedHostnames(), ...[ownName].flat()]).ok) {
      return refuse(response, 403, `Pages of ${origin} may not call this server`);
    }
    const sent = /^Bearer (.+)$/i.exec(authorization ?? "")?.[1] ?? "";
    // Digests are of one length, so comparing them takes one time whatever was sent.
    if (digest !== undefined && !timingSafeEqual(sha256(sent), digest)) {
      response.setHeader("www-authenticate", "Bearer");
      return refuse(response, 401, "UNAUTHORIZED: send the token as Authorization: Bearer");
    }
    const address = remoteAddress(request);
    return principal === undefined ? { address } : { address, principal };
  };
}

export function refuse(response: ServerResponse, status: number, message: string): undefined {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify({ jsonrpc: "2.0", id: null, error: { code: -32_000, message } }));
  return undefined;
}
