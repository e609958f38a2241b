import { visible } from "@ollama-bridge/foundation";
import { pino } from "pino";
import type { Logger } from "./logger.ts";

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

/** Writes whatever it is given; who calls it has looked at the level. */
export function createPinoLogger(): Logger {
  const stderr = pino.destination({ fd: 2, sync: true });
  return pino(
    {
      level: "debug",
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths: secrets.flatMap((name) => [name, `*.${name}`]), censor: "[redacted]" },
    },
    { write: (line) => stderr.write(visible(line)) },
  );
}
