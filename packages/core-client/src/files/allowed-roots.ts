import { realpathSync } from "node:fs";
import { homedir, userInfo } from "node:os";
import { posix, win32 } from "node:path";

/** Where paths in a caller's arguments may lead. */
export interface AllowedRoots {
  /** Folders; none means that no path is read. */
  roots: readonly string[];
  /** A caller over HTTP may be on another machine: its paths are not this one's, whatever the roots are. */
  overHttp?: boolean;
}

/** Whether `path` is `root` or lies below it. Both are absolute and hold no links. */
export function isWithin(path: string, root: string, platform: NodeJS.Platform = process.platform): boolean {
  const { relative, isAbsolute, sep } = platform === "win32" ? win32 : posix;
  const way = relative(root, path);
  return way === "" || (!isAbsolute(way) && way !== ".." && !way.startsWith(`..${sep}`));
}

/**
 * The folder that paths may lead to when no root is configured: the working directory, unless a client started the
 * server in a place that says nothing about a project: the top of a drive, the home folder, or a folder above it. The
 * home folder is the system's too, wherever `HOME` points.
 */
export function defaultRoots(
  folder: string = real(process.cwd()),
  homes: readonly string[] = homeFolders(),
  platform: NodeJS.Platform = process.platform,
): string[] {
  const { parse, relative } = platform === "win32" ? win32 : posix;
  const isTop = relative(parse(folder).root, folder) === "";
  const isAboveHome = homes.some((home) => isWithin(home, folder, platform));
  return isTop || isAboveHome ? [] : [folder];
}

function homeFolders(): string[] {
  const homes = [homedir()];
  try {
    homes.push(userInfo().homedir);
  } catch {
    // A user of a container may have no entry in the system's list.
  }
  return homes.map(real);
}

function real(folder: string): string {
  try {
    return realpathSync(folder);
  } catch {
    return folder;
  }
}
