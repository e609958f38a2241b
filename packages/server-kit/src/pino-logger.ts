import { pino } from "pino";
import type { Logger, LogLevel } from "./logger.ts";

/** Names whose values never reach a log, wherever they stand in the logged fields' first two levels. */
const secrets = [
  "key",
  "api_key",
  "apiKey",
  "authorization",
  "token",
  "prompt",
  "system",
  "messages",
  "password",
];

export function createPinoLogger(level: LogLevel): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: secrets.flatMap((name) => [name, `*.${name}`]), censor: "[redacted]" },
    },
    pino.destination({ fd: 2, sync: true }),
  );
}
