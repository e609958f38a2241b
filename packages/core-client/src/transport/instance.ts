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

/** What Ollama reads as the address of its cloud. */
const CLOUD = "ollama.com";

/**
 * Returns the address to connect to for what people write, in every form that Ollama takes in OLLAMA_HOST: a host, host:port, :port
 * or URL, in quotes too. Bind addresses and no host at all mean the loopback, the port defaults to Ollama's own unless a
 * scheme implies one, a path prefix is kept.
 * @throws BridgeError CONFIG_INVALID
 */
export function normalizeUrl(text: string): string {
  const trimmed = text
    .trim()
    .replace(/^(["'])(.*)\1$/s, "$2")
    .trim();
  const scheme = /^[a-z][a-z0-9+.-]*:\/\//i.exec(trimmed)?.[0] ?? (trimmed === CLOUD ? "https://" : "");
  const [, authority = "", path = ""] =
    /^([^/?#]*)(.*)$/s.exec(trimmed.slice(trimmed === CLOUD ? 0 : scheme.length)) ?? [];
  const url = URL.parse(`${scheme || "http://"}${withHost(authority)}${path}`);
  if (trimmed === "" || url === null || !/^https?:$/.test(url.protocol)) {
    throw foundationErrors.create("CONFIG_INVALID", `${trimmed} is not an address of an Ollama`, {
      hint: "Give host, host:port or an http(s) URL, for example http://localhost:11434.",
    });
  }
  if (url.hostname === "0.0.0.0") url.hostname = "127.0.0.1";
  if (url.hostname === "[::]") url.hostname = "[::1]";
  if (scheme === "" && !/:\d+$/.test(withHost(authority))) url.port = String(DEFAULT_PORT);
  const prefix = url.pathname.replace(/(?<!\/)\/+$/, "");
  return `${url.protocol}//${url.host}${prefix}`;
}

/** An IPv6 address needs its brackets before a port can be told from it; without a host it is this machine's. */
function withHost(authority: string): string {
  if (/^[0-9a-f]*:[0-9a-f]*:[0-9a-f:.]*$/i.test(authority)) return `[${authority}]`;
  return /^(:\d*)?$/.test(authority) ? `127.0.0.1${authority}` : authority;
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
