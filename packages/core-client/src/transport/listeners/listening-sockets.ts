import { readFile } from "node:fs/promises";
import { isIPv6 } from "node:net";

/** The socket that takes connections to an address of this machine. */
export interface ListeningSocket {
  /** The kernel's number of the socket. */
  id: string;
  /** It listens on every address. */
  wildcard: boolean;
  /** Id of the user who opened it; undefined where the system shows a stand-in for users it does not name here. */
  owner: number | undefined;
}

/** Finds the listening socket behind an address and port of this machine; undefined where there is none. */
export type ListenerLookup = (address: string, port: number) => ListeningSocket | undefined;

type SocketTable = ReadonlyMap<string, Omit<ListeningSocket, "wildcard">>;

const LISTENING = "0A";
const ANY_V4 = "00000000";
const ANY_V6 = "0".repeat(32);
const MAPPED_PREFIX = "0000000000000000FFFF0000";
/** Shown in a user namespace in place of every user who has no id there. */
const OVERFLOW_USER = 65_534;

/**
 * Reads which sockets of this process's network namespace listen where; undefined where the system does not tell (Linux
 * does). Two addresses behind one socket are one server, with certainty.
 */
export async function readListeningSockets(): Promise<ListenerLookup | undefined> {
  const allUsers = await seesAllUsers();
  const [v4, v6] = await Promise.all([readTable("tcp", allUsers), readTable("tcp6", allUsers)]);
  if (v4 === undefined) return undefined;
  return (address, port) => {
    const at = (table: SocketTable | undefined, host: string, wildcard: boolean) => {
      const socket = table?.get(`${host}:${port.toString(16).toUpperCase().padStart(4, "0")}`);
      return socket === undefined ? undefined : { ...socket, wildcard };
    };
    if (isIPv6(address)) return at(v6, hexV6(address), false) ?? at(v6, ANY_V6, true);
    const hex = hexV4(address);
    return (
      at(v4, hex, false) ?? at(v4, ANY_V4, true) ?? at(v6, MAPPED_PREFIX + hex, false) ?? at(v6, ANY_V6, true)
    );
  };
}

/** Listening sockets by `ADDRESS:PORT` in the kernel's hexadecimal. Sockets that share one have one owner. */
async function readTable(name: "tcp" | "tcp6", allUsers: boolean): Promise<SocketTable | undefined> {
  const text = await readFile(`/proc/self/net/${name}`, "utf8").catch(() => undefined);
  if (text === undefined) return undefined;
  const sockets = new Map<string, Omit<ListeningSocket, "wildcard">>();
  for (const line of text.split("\n").slice(1)) {
    const fields = line.trim().split(/\s+/);
    const [, local, , state] = fields;
    const user = Number(fields[7]);
    const id = fields[9];
    if (state !== LISTENING || local === undefined || id === undefined || id === "0") continue;
    const isKnown = Number.isInteger(user) && (allUsers || user !== OVERFLOW_USER);
    sockets.set(local, { id, owner: isKnown ? user : undefined });
  }
  return sockets;
}

/** Whether every user has an id of its own here, as outside of user namespaces. */
async function seesAllUsers(): Promise<boolean> {
  const map = await readFile("/proc/self/uid_map", "utf8").catch(() => "");
  return /^\s*0\s+0\s+4294967295\s*$/.test(map);
}

const byteHex = (value: number) => value.toString(16).toUpperCase().padStart(2, "0");

/** The kernel prints each 32-bit word of an address in the machine's byte order: little-endian wherever Node runs. */
function hexV4(address: string): string {
  return address
    .split(".")
    .reverse()
    .map((part) => byteHex(Number(part)))
    .join("");
}

function hexV6(address: string): string {
  const bytes = bytesOfV6(address);
  const words = [0, 4, 8, 12].map((start) => bytes.slice(start, start + 4).reverse());
  return words.flat().map(byteHex).join("");
}

function bytesOfV6(address: string): number[] {
  const [head = "", tail] = (address.split("%")[0] ?? "").split("::");
  const groups = (text: string) => (text === "" ? [] : text.split(":"));
  const before = groups(head);
  const after = tail === undefined ? [] : groups(tail);
  const zeros = tail === undefined ? 0 : 8 - before.length - after.length;
  const all = [...before, ...Array<string>(zeros).fill("0"), ...after].map((group) =>
    Number.parseInt(group, 16),
  );
  return all.flatMap((group) => [group >> 8, group & 255]);
}
