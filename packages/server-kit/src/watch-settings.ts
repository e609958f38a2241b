import { watch } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname } from "node:path";
import type { ConfigSection } from "./config-section.ts";
import { setLogLevel } from "./create-logger.ts";
import { toBridgeError } from "./errors.ts";
import { logSection } from "./log-config.ts";
import type { Logger } from "./logger.ts";
import type { Settings } from "./settings.ts";

/** Programs write a file in several steps. */
const SETTLED_MS = 100;

export interface SettingsWatch {
  close(): void;
}

/**
 * Watches the file of the settings. What may change while a server runs is given to `take`; for the rest it is said
 * that it wants a restart, and a file that is wrong leaves everything as it was.
 */
export function watchSettings(
  settings: Settings,
  file: string,
  { take, log }: { take: (fresh: Settings) => Promise<void>; log: Logger },
): SettingsWatch {
  let current = settings;
  let text: string | undefined;
  let timer: NodeJS.Timeout | undefined;
  let working = readFile(file, "utf8").then(
    (read) => {
      text = read;
    },
    () => undefined, // it is read again when it changes
  );

  async function look(): Promise<void> {
    const read = await readFile(file, "utf8").catch(() => undefined);
    // A file that is replaced is gone for a moment; one that was removed leaves what it said.
    if (read === undefined || read === text) return;
    text = read;
    try {
      const fresh = await current.reload();
      const { live, others } = changesOf(current, fresh);
      if (others.length > 0) log.warn({ file, keys: others }, "these changes want a restart");
      if (live.length === 0) return;
      await take(fresh).catch(async (error: unknown) => {
        await take(current);
        throw error;
      });
      setLogLevel(fresh.read(logSection).level);
      current = fresh;
      log.info({ file, keys: live }, "the changed configuration is in use");
    } catch (thrown) {
      const { message } = toBridgeError(thrown);
      log.error({ file, err: message }, "the configuration is wrong; what it was before stays in use");
    }
  }

  // The folder, because editors and deployments put another file in the place of the old one.
  const watcher = watch(dirname(file), { persistent: false }, () => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      working = working.then(look);
    }, SETTLED_MS).unref();
  });
  watcher.on("error", (error) => log.warn({ file, err: error.message }, "the configuration is not watched"));
  return {
    close() {
      clearTimeout(timer);
      watcher.close();
    },
  };
}

/** The keys whose values differ, as `section.key`: those that may change now, and the others. @throws BridgeError CONFIG_INVALID */
function changesOf(before: Settings, after: Settings): { live: string[]; others: string[] } {
  const live: string[] = [];
  const others: string[] = [];
  for (const section of before.sections) {
    const [old, fresh] = [before.read(section), after.read(section)];
    for (const key of differingKeys(old, fresh))
      (isLive(section, key) ? live : others).push(key === "" ? section.name : `${section.name}.${key}`);
  }
  return { live, others };
}

const isLive = ({ live }: ConfigSection, key: string) => live === "all" || live?.includes(key) === true;

/** Of two lists the one key is empty: they are compared whole. */
function differingKeys(old: unknown, fresh: unknown): string[] {
  const same = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);
  if (same(old, fresh)) return [];
  if (Array.isArray(old) || Array.isArray(fresh)) return [""];
  const [one, other] = [old, fresh] as Record<string, unknown>[];
  const keys = new Set([...Object.keys(one ?? {}), ...Object.keys(other ?? {})]);
  return [...keys].filter((key) => !same(one?.[key], other?.[key]));
}
