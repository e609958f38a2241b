import { foundationErrors, isRecord } from "@ollama-bridge/foundation";
import type { ConfigSection } from "./config-section.ts";
import type { ConfigFile } from "./parse-config-file.ts";

/**
 * Returns a section's values of a file under the names that keys have today, and the keys among them that mean nothing
 * any more (`section.key`), which are left out.
 * @throws BridgeError CONFIG_INVALID where a key is there under both its names
 */
export function withCurrentKeys(
  { name, aliases = {}, retired = [] }: ConfigSection,
  file: ConfigFile | undefined,
): { values: unknown; retired: string[] } {
  const values = file?.values[name];
  if (file === undefined || !isRecord(values)) return { values, retired: [] };
  const current: Record<string, unknown> = { ...values };
  for (const [former, key] of Object.entries(aliases)) {
    if (!Object.hasOwn(values, former)) continue;
    if (Object.hasOwn(values, key)) throw twice(file, name, former, key);
    current[key] = values[former];
    delete current[former];
  }
  const present = retired.filter((key) => Object.hasOwn(current, key));
  for (const key of present) delete current[key];
  return { values: current, retired: present.map((key) => `${name}.${key}`) };
}

function twice({ path, lineOf }: ConfigFile, section: string, former: string, key: string) {
  const line = lineOf([section, former]);
  const issue = `${former} is the former name of ${key}, which is there, too`;
  return foundationErrors.create("CONFIG_INVALID", `${path}:${line ?? 1}: ${section}.${former}: ${issue}`, {
    details: { file: path, line, key: `${section}.${former}`, issue },
    hint: `Keep ${section}.${key} alone.`,
  });
}
