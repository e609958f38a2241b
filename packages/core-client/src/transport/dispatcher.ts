import { buildConnector, type Dispatcher, EnvHttpProxyAgent, Pool } from "undici";
import { isLoopback } from "./instance.ts";
import { type ConnectionGuard, guarded } from "./listeners/connection-guards.ts";
import { connectionLookup } from "./look-up-host.ts";
import type { TransportTimeouts } from "./transport-timeouts.ts";

/**
 * The connections to one origin: a pool of its own, or the proxy's where the environment names one. This machine is never
 * reached through a proxy, which would look for it at its own end.
 */
export function createDispatcher(
  origin: string,
  { connectMs, idleMs }: TransportTimeouts,
  guard?: ConnectionGuard,
): Dispatcher {
  // The deadline of the call decides how long the first byte may take: a cold model can need minutes.
  const timeouts = { headersTimeout: 0, bodyTimeout: idleMs };
  const connect = { timeout: connectMs, lookup: connectionLookup };
  if (guard !== undefined)
    return new Pool(origin, { ...timeouts, connect: guarded(buildConnector(connect), origin, guard) });
  const { HTTPS_PROXY, https_proxy, HTTP_PROXY, http_proxy } = process.env;
  const proxied = HTTPS_PROXY || https_proxy || HTTP_PROXY || http_proxy;
  const options = { ...timeouts, connect };
  return proxied && !isLoopback(origin) ? new EnvHttpProxyAgent(options) : new Pool(origin, options);
}
