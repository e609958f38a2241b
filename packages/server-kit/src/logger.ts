/** JSON lines on stderr; stdout belongs to the protocol. */
export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

export const logLevels = ["debug", "info", "warn", "error"] as const;
export type LogLevel = (typeof logLevels)[number];

/** Logs what is at least as severe as `level`. The library behind it is loaded with the first line that is written. */
export function createLogger(level: LogLevel): Logger {
  let loading: Promise<Logger> | undefined;
  const at = (severity: LogLevel) => (fields: object, message: string) => {
    if (logLevels.indexOf(severity) < logLevels.indexOf(level)) return;
    loading ??= import("./pino-logger.ts").then(({ createPinoLogger }) => createPinoLogger(level));
    void loading.then((logger) => logger[severity](fields, message));
  };
  return { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
}
