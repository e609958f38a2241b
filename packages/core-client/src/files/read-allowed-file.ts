import { constants } from "node:fs";
import { type FileHandle, lstat, open, readlink, realpath } from "node:fs/promises";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { type BridgeError, invalidArgument, readUpTo } from "@ollama-bridge/foundation";
import { type AllowedRoots, isWithin } from "./allowed-roots.ts";

/** macOS has a flag of its own that refuses a link in any part of the path; Node does not name it. */
const O_NOFOLLOW_ANY = 0x2000_0000;
const NO_LINKS = process.platform === "darwin" ? O_NOFOLLOW_ANY : (constants.O_NOFOLLOW ?? 0);
/** Opening a pipe that nobody writes to would wait for ever. */
const FLAGS = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | NO_LINKS;

/** How often a path is followed to say that an open file is the one it leads to. */
const LOOKS = 10;

const START_BYTES = 64;

/** What these folders hold are not files but the kernel's and the processes' own state, keys in their environment too. */
const KERNEL_FOLDERS = /^\/(proc|sys|dev)(\/|$)/;

/**
 * Reads a file that lies under one of the roots, all of it.
 * What was opened is what is checked: between a look at a path and its opening, a folder in it can become a link.
 * `maxBytes` may depend on its first bytes.
 * @throws BridgeError VALIDATION_ERROR that names the path: missing, outside the roots, not a file, too large.
 */
export async function readAllowedFile(
  path: string,
  parameter: string,
  { roots, overHttp = false }: AllowedRoots,
  maxBytes: number | ((start: Buffer) => number),
): Promise<Buffer> {
  if (overHttp)
    throw invalidArgument(parameter, `${path}: paths are not read over HTTP`, "Send the content itself.");
  if (roots.length === 0) throw noRoots(parameter, path);
  const realRoots = await Promise.all(roots.map((root) => realpath(root).catch(() => resolve(root))));
  const outside = () =>
    invalidArgument(parameter, `${path} is outside the allowed folders`, `Allowed: ${realRoots.join(", ")}`);
  const check = (place: string | undefined) => {
    if (place === undefined || !realRoots.some((root) => isWithin(place, root))) throw outside();
    if (KERNEL_FOLDERS.test(place))
      throw invalidArgument(
        parameter,
        `${path} is not a file but a part of the system`,
        "Give the path of a file.",
      );
  };

  const wanted = resolve(localPath(path, parameter));
  // A look at a share already sends this user's name and a proof of the password to whoever runs it.
  if (wanted.startsWith("\\\\") && !realRoots.some((root) => root.startsWith("\\\\"))) throw outside();
  const real = await realpath(wanted).catch(() => {
    check(wanted); // nobody learns from here what there is elsewhere
    throw invalidArgument(parameter, `${path} does not exist`, "Give the path of an existing file.");
  });
  check(real);
  const file = await open(real, FLAGS).catch(({ code }: NodeJS.ErrnoException) => {
    throw invalidArgument(parameter, `${path} cannot be read (${code})`, "Give a readable file.");
  });
  try {
    const stats = await file.stat();
    if (!stats.isFile())
      throw invalidArgument(parameter, `${path} is not a file`, "Give the path of a file.");
    check(await placeOf(file, real));
    const limit = typeof maxBytes === "number" ? maxBytes : maxBytes(await startOf(file));
    const bytes = await readUpTo(file, limit);
    if (bytes === undefined)
      throw invalidArgument(parameter, `${path} is too large (more than ${limit} bytes)`, "Send less.");
    return bytes;
  } finally {
    await file.close();
  }
}

/** The first bytes, which say what it is; reading it all begins at the first of them again. */
async function startOf(file: FileHandle): Promise<Buffer> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(START_BYTES), 0, START_BYTES, 0);
  return buffer.subarray(0, bytesRead);
}

/** Clients name files by URLs too. */
function localPath(path: string, parameter: string): string {
  if (!/^file:/i.test(path)) return path;
  try {
    return fileURLToPath(path);
  } catch (cause) {
    throw invalidArgument(parameter, `${path} is not the URL of a local file`, (cause as Error).message);
  }
}

/** Where the open file lies, by the kernel's own word where it gives one. */
async function placeOf(file: FileHandle, path: string): Promise<string | undefined> {
  const told = process.platform === "linux" ? readlink(`/proc/self/fd/${file.fd}`) : Promise.reject();
  return told.catch(() => placeByPath(file, path));
}

/**
 * Where the path leads, when it leads to the open file, again and again: somebody who exchanges a folder for a link all
 * the time would have to meet each of these looks at its right moment.
 */
export async function placeByPath(file: FileHandle, path: string): Promise<string | undefined> {
  const opened = await file.stat({ bigint: true });
  let place: string | undefined;
  for (let look = 0; look < LOOKS; look++) {
    const real = await realpath(path).catch(() => undefined);
    if (real === undefined || (place !== undefined && real !== place)) return undefined;
    place = real;
    const there = await lstat(place, { bigint: true }).catch(() => undefined);
    if (there?.ino !== opened.ino || there.dev !== opened.dev) return undefined;
  }
  return place;
}

function noRoots(parameter: string, path: string): BridgeError {
  return invalidArgument(
    parameter,
    `${path} cannot be read: no folder is allowed, because this server was started in ${process.cwd()}`,
    'Set limits.image_roots in the configuration file, e.g. "limits": {"image_roots": ["/home/me/project"]}.',
  );
}
