import { foundationErrors, isLoopbackHost } from "@ollama-bridge/foundation";
import type { ConnectionGuard } from "./listeners/connection-guards.ts";

/** One Ollama server: where it is and what it asks for. */
export interface InstanceSettings {
  name: string;
  /** Origin and, where a proxy wants one, a path prefix; no trailing slash. */
  url: string;
  /** Sent as `X-Ollama-Key`, to this instance only. */
  key?: string | undefined;
  /** Sent as `Authorization: Bearer`, to this instance only, and only on https or loopback. */
  apiKey?: string | undefined;
  /** Nobody named it: a scan found it, or it is the default. It gets prompts and keys by the listener rule only. */
  unnamed?: boolean | undefined;
  /** Connections that lead to another machine are refused. */
  thisMachineOnly?: boolean | undefined;
}

/** What a client is made with: the settings of an instance, whose name is its host unless they give one. */
export type ClientSettings = Omit<InstanceSettings, "name"> & { name?: string | undefined };

const DEFAULT_PORT = 11434;

/** Makes the settings of a server of what people write. @throws BridgeError CONFIG_INVALID for an address that is none. */
export function instanceSettings(server: string | ClientSettings): InstanceSettings {
  const settings = typeof server === "string" ? { url: server } : server;
  const url = normalizeUrl(settings.url);
  return { ...settings, url, name: settings.name ?? new URL(url).host };
}

/**
 * Returns the address to connect to for what people write: a host, host:port or URL. Bind addresses mean the loopback,
 * the port defaults to Ollama's own unless a scheme implies one, a path prefix is kept.
 * @throws BridgeError CONFIG_INVALID
 */
export function normalizeUrl(text: string): string {
  const trimmed = text.trim();
  const hasScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(trimmed);
  // An IPv6 address needs its brackets before a port can be told from it.
  const bare = /^[0-9a-f]*:[0-9a-f]*:[0-9a-f:.]*$/i.test(trimmed) ? `[${trimmed}]` : trimmed;
  const url = URL.parse(hasScheme ? trimmed : `http://${bare}`);
  if (url === null || !/^https?:$/.test(url.protocol) || url.hostname === "") {
    throw foundationErrors.create("CONFIG_INVALID", `${trimmed} is not an address of an Ollama`, {
      hint: "Give host, host:port or an http(s) URL, for example http://localhost:11434.",
    });
  }
  if (url.hostname === "0.0.0.0") url.hostname = "127.0.0.1";
  if (url.hostname === "[::]") url.hostname = "[::1]";
  const portWritten = /:\d+$/.test(
    (hasScheme ? trimmed.replace(/^[^/]*\/\//, "") : bare).replace(/[/?#].*$/s, ""),
  );
  if (!portWritten && !hasScheme) url.port = String(DEFAULT_PORT);
  const path = url.pathname.replace(/(?<!\/)\/+$/, "");
  return `${url.protocol}//${url.host}${path}`;
}

/** Tells whether the address is the loopback's. */
export function isLoopback(url: string): boolean {
  return isLoopbackHost(new URL(url).hostname);
}

/** What keeps a request from the wrong server. Looking up what is there tells nobody anything, unless with a key. */
export function guardOf(instance: InstanceSettings, readOnlyHints: boolean): ConnectionGuard | undefined {
  const { unnamed, thisMachineOnly, key, apiKey } = instance;
  if (unnamed) return readOnlyHints && !key && !apiKey ? undefined : "listener-rule";
  return thisMachineOnly ? "this-machine" : undefined;
}

/** What a server sent, for people to read: one that repeats the key it got must not publish it. */
export function withoutKeys(text: string, { key, apiKey }: InstanceSettings): string {
  return [key, apiKey].reduce<string>(
    (rest, secret) => (secret ? rest.replaceAll(secret, "[key]") : rest),
    text,
  );
}

/** The headers that only this instance may get. */
export function instanceHeaders({ url, key, apiKey }: InstanceSettings): Record<string, string> {
  const headers: Record<string, string> = {};
  if (key) headers["x-ollama-key"] = key;
  if (apiKey && (url.startsWith("https:") || isLoopback(url))) headers.authorization = `Bearer ${apiKey}`;
  return headers;
}
