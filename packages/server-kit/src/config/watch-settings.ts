import { existsSync, watch } from "node:fs";
import { dirname } from "node:path";
import { toBridgeError } from "@ollama-bridge/foundation";
import { setLogLevel } from "../log/create-logger.ts";
import { logSection } from "../log/log-config.ts";
import type { Logger } from "../log/logger.ts";
import type { ConfigSection } from "./config-section.ts";
import { userFolder } from "./folders.ts";
import type { Settings } from "./settings.ts";

/** Programs write a file in several steps. */
const SETTLED_MS = 100;

export interface SettingsWatch {
  close(): void;
}

export interface SettingsTaker {
  /** Puts fresh settings to use. */
  take(fresh: Settings): Promise<void>;
  /** Is told when the ignored settings of an untrusted project file have changed. */
  untrusted(fresh: Settings): void;
  log: Logger;
}

/**
 * Watches the files of the settings, and which of them are trusted. What may change while a server runs is given to
 * `take`; for the rest the log says that a restart is required, and a file that is wrong leaves everything as it was.
 */
export function watchSettings(settings: Settings, { take, untrusted, log }: SettingsTaker): SettingsWatch {
  let current = settings;
  let last = stateOf(settings);
  let complaint: string | undefined;
  let timer: NodeJS.Timeout | undefined;
  let working = Promise.resolve();

  async function look(): Promise<void> {
    try {
      const fresh = await current.reload();
      // A file that is replaced is gone for a moment; one that was removed leaves what it said.
      const files = filesOf(fresh);
      if (filesOf(current).some(({ path }) => !files.some((file) => file.path === path) && !existsSync(path)))
        return;
      if (stateOf(fresh) === last) return;
      last = stateOf(fresh);
      await use(fresh, files.at(-1)?.path);
      complaint = undefined;
    } catch (thrown) {
      const { message } = toBridgeError(thrown);
      // Other files of the folder change too.
      if (message !== complaint)
        log.error({ err: message }, "the configuration is wrong; what it was before stays in use");
      complaint = message;
    }
  }

  async function use(fresh: Settings, file: string | undefined): Promise<void> {
    const { live, others } = changesOf(current, fresh);
    if (others.length > 0) log.warn({ file, keys: others }, "restart required for these changes");
    const renamed = fresh.project?.notice !== current.project?.notice;
    if (live.length === 0 && !renamed) return;
    await take(fresh).catch(async (error: unknown) => {
      await take(current);
      throw error;
    });
    setLogLevel(fresh.read(logSection).level);
    current = fresh;
    if (renamed) untrusted(fresh);
    if (live.length > 0) log.info({ file, keys: live }, "the changed configuration is in use");
  }

  // The folders, because editors and deployments put another file in the place of the old one.
  const folders = new Set([...filesOf(settings).map(({ path }) => dirname(path)), userFolder(settings.env)]);
  const watchers = [...folders].filter(existsSync).map((folder) => {
    const watcher = watch(folder, { persistent: false }, () => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        working = working.then(look);
      }, SETTLED_MS).unref();
    });
    return watcher.on("error", (error) =>
      log.warn({ folder, err: error.message }, "the configuration is not watched"),
    );
  });
  return {
    close() {
      clearTimeout(timer);
      for (const watcher of watchers) watcher.close();
    },
  };
}

const filesOf = ({ file, project }: Settings) => [file, project].filter((each) => each !== undefined);

/** What the files say and which of them is trusted, as one text that changes with it. */
const stateOf = (settings: Settings) =>
  JSON.stringify(
    filesOf(settings).map(({ path, sha256 }) => [path, sha256, path === settings.project?.path]),
  );

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
