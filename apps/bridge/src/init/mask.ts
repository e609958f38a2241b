import { isRecord } from "@ollama-bridge/foundation";

const SECRET_NAME = /key|token|secret|passw|pwd|auth|credential|cookie|bearer/i;
/** Long and of mixed kinds of characters, as only what a machine made is. */
const SECRET_VALUE = /^(?=.*\d)(?=.*[A-Za-z])[\w+/=.-]{24,}$/;
const ADDRESS_WITH_PASSWORD = /\/\/[^/\s:]*:[^/\s]*@/;

/**
 * A value to be shown: what looks like a key is stars, wherever it stands. Where it is not what it was, that is told,
 * since the stars do not.
 */
export function masked(value: unknown, was?: unknown, name = ""): unknown {
  if (isRecord(value)) {
    const old = isRecord(was) ? was : {};
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, masked(each, old[key], key)]));
  }
  if (Array.isArray(value)) {
    const old = Array.isArray(was) ? was : [];
    return value.map((each, index) => masked(each, old[index], flagBefore(value, index)));
  }
  if (!looksSecret(name, value)) return value;
  return was === undefined || was === value ? "****" : "**** (changed)";
}

function looksSecret(name: string, value: unknown): boolean {
  if (typeof value !== "string" || value === "") return false;
  if (ADDRESS_WITH_PASSWORD.test(value) || SECRET_NAME.test(name)) return true;
  return SECRET_NAME.test(value) ? /[=:{]/.test(value) : SECRET_VALUE.test(value) && !/^[./]/.test(value);
}

/** The name that an argument such as `--token` gives to the one behind it. */
function flagBefore(args: readonly unknown[], index: number): string {
  const before = args[index - 1];
  return typeof before === "string" && before.startsWith("-") ? before : "";
}
