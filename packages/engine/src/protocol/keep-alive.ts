import { OllamaHttpError } from "./errors.ts";
import type { KeepAlive } from "./wire-requests.ts";

const unitMs: Record<string, number> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};

/**
 * `keep_alive` in milliseconds: a number counts seconds, a text is a Go duration ("1h30m"), negative is for ever.
 * Throws the 400 that Ollama answers for anything else.
 */
export function keepAliveMs(keepAlive: KeepAlive): number {
  const ms = typeof keepAlive === "number" ? keepAlive * 1000 : durationMs(keepAlive);
  return ms < 0 ? Number.POSITIVE_INFINITY : ms;
}

function durationMs(text: string): number {
  if (/^[+-]?0$/.test(text)) return 0;
  const [, sign, parts] = /^([+-]?)((?:(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|ms|s|m|h))+)$/.exec(text) ?? [];
  if (parts === undefined) {
    const wrong = /^[+-]?(\d+(\.\d*)?|\.\d+)$/.test(text) ? "missing unit in duration" : "invalid duration";
    throw new OllamaHttpError(400, `time: ${wrong} ${JSON.stringify(text)}`);
  }
  let ms = 0;
  for (const [, amount, unit] of parts.matchAll(/([\d.]+)(ns|us|µs|ms|s|m|h)/g))
    ms += Number(amount) * (unitMs[unit ?? ""] ?? 0);
  return sign === "-" ? -ms : ms;
}
