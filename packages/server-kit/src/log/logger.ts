/** JSON lines on stderr; stdout belongs to the protocol. */
export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** The levels of the log, from the most that is logged to the least. */
export const logLevels = ["debug", "info", "warn", "error"] as const;

/** The least level that is logged. */
export type LogLevel = (typeof logLevels)[number];
