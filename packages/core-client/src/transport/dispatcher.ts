import { buildConnector, type Dispatcher, EnvHttpProxyAgent, Pool } from "undici";
import { isLoopback } from "./instance.ts";
import { type ConnectionGuard, guarded } from "./listeners/connection-guards.ts";
import { connectionLookup } from "./look-up-host.ts";

export interface TransportTimeouts {
  /** Until the connection stands. */
  connectMs: number;
}

/** After 20 s of silence the system sends ten probes, one per second. A peer that answers none has reset the connection. */
const KEEP_ALIVE_AFTER_MS = 20_000;

/**
 * The connections to one origin: a pool of its own, or the proxy's where the environment names one. This machine is never
 * reached through a proxy, which would look for it at its own end.
 */
export function createDispatcher(
  origin: string,
  { connectMs }: TransportTimeouts,
  guard?: ConnectionGuard,
): Dispatcher {
  // The deadline of the call alone decides how long the first byte, and the next one, may take: a cold model needs minutes.
  const timeouts = { headersTimeout: 0, bodyTimeout: 0 };
  const connect = {
    timeout: connectMs,
    lookup: connectionLookup,
    keepAlive: true,
    keepAliveInitialDelay: KEEP_ALIVE_AFTER_MS,
  };
  if (guard !== undefined)
    return new Pool(origin, { ...timeouts, connect: guarded(buildConnector(connect), origin, guard) });
  const { HTTPS_PROXY, https_proxy, HTTP_PROXY, http_proxy } = process.env;
  const proxied = HTTPS_PROXY || https_proxy || HTTP_PROXY || http_proxy;
  const options = { ...timeouts, connect };
  return proxied && !isLoopback(origin) ? new EnvHttpProxyAgent(options) : new Pool(origin, options);
}
