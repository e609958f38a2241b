import { type Logger, type LogLevel, logLevels } from "./logger.ts";

/** Set when the operator changes it while the process runs; it counts for every logger. */
let changedLevel: LogLevel | undefined;

export function setLogLevel(level: LogLevel): void {
  changedLevel = level;
}

/** Logs a warning that no level hides: what a project's own file sets must not keep it from being named. */
export function logAlways(fields: object, message: string): void {
  write("warn", fields, message);
}

let loading: Promise<Logger> | undefined;

function write(severity: LogLevel, fields: object, message: string): void {
  loading ??= import("./pino-logger.ts").then(({ createPinoLogger }) => createPinoLogger());
  void loading.then((logger) => logger[severity](fields, message));
}

/** Logs what is at least as severe as `level`. The library behind it is loaded with the first line that is written. */
export function createLogger(level: LogLevel): Logger {
  const at = (severity: LogLevel) => (fields: object, message: string) => {
    if (logLevels.indexOf(severity) < logLevels.indexOf(changedLevel ?? level)) return;
    write(severity, fields, message);
  };
  return { debug: at("debug"), info: at("info"), warn: at("warn"), error: at("error") };
}
