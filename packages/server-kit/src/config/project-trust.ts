import { mkdir, realpath, rename, rm, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { delimiter, dirname, isAbsolute, join, relative } from "node:path";
import { foundationErrors, randomId } from "@ollama-bridge/foundation";
import * as z from "zod";
import { userFolder } from "./folders.ts";
import { readSmallFile } from "./read-small-file.ts";

/** `changed`: the file was trusted once, and says something else now. */
export type Trust = "trusted" | "changed" | "unknown";

/** What the operator said of projects: for all of them, for folders, and for single files as they were. */
export interface TrustSource {
  env: NodeJS.ProcessEnv;
  /** Said by a flag, for all projects. */
  trustProject?: boolean | undefined;
}

/** Which files of projects the operator trusts. */
export interface ProjectTrust {
  /** Whether anything was said that could make this file trusted, before it is read. */
  mayTrust(path: string): boolean;
  /** `sha256` is of the bytes that were read: what is trusted is what is used. */
  of(file: { path: string; sha256: string }): Trust;
}

/** @throws BridgeError CONFIG_INVALID for a BRIDGE_TRUST_PROJECT or a record of trusted files that makes no sense. */
export async function loadTrust({ env, trustProject }: TrustSource): Promise<ProjectTrust> {
  const folders = trustProject ? "all" : await trustedFolders(env);
  const record = folders === "all" ? {} : await readTrusted(env);
  const covered = (path: string) => folders === "all" || folders.some((folder) => isWithin(folder, path));
  return {
    mayTrust: (path) => covered(path) || record[path] !== undefined,
    of({ path, sha256 }) {
      if (covered(path) || record[path] === sha256) return "trusted";
      return record[path] === undefined ? "unknown" : "changed";
    },
  };
}

const isWithin = (folder: string, path: string) => {
  const way = relative(folder, path);
  return way !== "" && !isAbsolute(way) && way.split(/[\\/]/)[0] !== "..";
};

async function trustedFolders(env: NodeJS.ProcessEnv): Promise<"all" | string[]> {
  const text = env.BRIDGE_TRUST_PROJECT?.trim() ?? "";
  if (/^(1|true|yes)$/i.test(text)) return "all";
  if (/^(0|false|no|)$/i.test(text)) return [];
  const folders = text.split(delimiter).filter((folder) => folder !== "");
  return Promise.all(
    folders.map((written) => {
      const folder = written.replace(/^~(?=$|[\\/])/, () => homedir());
      // A relative one would trust whatever folder a server happens to be started in.
      if (!isAbsolute(folder))
        throw foundationErrors.create(
          "CONFIG_INVALID",
          `BRIDGE_TRUST_PROJECT: ${written} is not an absolute path`,
          {
            details: { variable: "BRIDGE_TRUST_PROJECT" },
            hint: `Set it to 1, or to folders separated by "${delimiter}".`,
          },
        );
      return realpath(folder).catch(() => folder);
    }),
  );
}

const recordSchema = z.record(z.string(), z.string());
const recordPath = (env: NodeJS.ProcessEnv) => join(userFolder(env), "trusted-projects.json");

/** Reads the files that were trusted one by one: path and SHA-256 as they were then. @throws BridgeError CONFIG_INVALID */
export async function readTrusted(env: NodeJS.ProcessEnv): Promise<Readonly<Record<string, string>>> {
  const path = recordPath(env);
  const file = await readSmallFile(path);
  if (file === undefined) return {};
  try {
    return recordSchema.parse(JSON.parse(file.text));
  } catch (cause) {
    throw foundationErrors.create(
      "CONFIG_INVALID",
      `${path} is not the record of trusted files that it should be`,
      {
        details: { file: path },
        hint: "Remove it, and trust your projects again.",
        cause,
      },
    );
  }
}

/** Puts another record in the place of the one there is; nobody but the user may read or write it. */
export async function writeTrusted(
  env: NodeJS.ProcessEnv,
  record: Readonly<Record<string, string>>,
): Promise<void> {
  const path = recordPath(env);
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const beside = `${path}.${randomId("", 16)}`;
  try {
    await writeFile(beside, `${JSON.stringify(record, null, 2)}\n`, { mode: 0o600, flag: "wx" });
    await rename(beside, path);
  } finally {
    await rm(beside, { force: true });
  }
}
