import { isBridgeError, visible } from "@ollama-bridge/foundation";
import { errorText } from "../tool/answer.ts";

/** The exit code that sysexits.h gives to a wrong configuration. */
const EX_CONFIG = 78;

/** Ends the process with what went wrong on stderr: one line for what an operator can mend, else the stack. */
export function exitWithError(error: unknown): never {
  const text = isBridgeError(error) ? errorText(error) : error instanceof Error ? error.stack : String(error);
  process.stderr.write(`${visible(text ?? "")}\n`);
  process.exit(isBridgeError(error) && error.code === "CONFIG_INVALID" ? EX_CONFIG : 1);
}
