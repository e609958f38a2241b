import { type Dispatcher, EnvHttpProxyAgent, Pool } from "undici";
import { isLoopback } from "./instance.ts";
import { connectionLookup } from "./look-up-host.ts";
import type { TransportTimeouts } from "./transport-timeouts.ts";

/**
 * The connections to one origin: a pool of its own, or the proxy's where the environment names one. This machine is never
 * reached through a proxy, which would look for it at its own end.
 */
export function createDispatcher(origin: string, { connectMs, idleMs }: TransportTimeouts): Dispatcher {
  // The deadline of the call decides how long the first byte may take: a cold model can need minutes.
  const options = {
    connect: { timeout: connectMs, lookup: connectionLookup },
    headersTimeout: 0,
    bodyTimeout: idleMs,
  };
  const { HTTPS_PROXY, https_proxy, HTTP_PROXY, http_proxy } = process.env;
  const proxied = HTTPS_PROXY || https_proxy || HTTP_PROXY || http_proxy;
  return proxied && !isLoopback(origin) ? new EnvHttpProxyAgent(options) : new Pool(origin, options);
}
