import { readFile } from "node:fs/promises";
import type { ListeningSocket } from "./listening-sockets.ts";

/** What decides whether prompts go to a server of this machine. */
export interface ListenerFacts {
  /** The operator named the address. */
  configured: boolean;
  port: number;
  /** Id of the user who opened the listening socket; undefined where the system does not tell. */
  owner: number | undefined;
  /** Ids of the users whose servers get prompts though nobody named them. */
  trusted: ReadonlySet<number>;
}

export type ListenerVerdict = "used" | "owner-unknown" | "other-user";

const OLLAMA_PORT = 11_434;

/** The listener rule: whoever can open a port could answer there as an Ollama and read what is sent. */
export function judgeListener({ configured, port, owner, trusted }: ListenerFacts): ListenerVerdict {
  if (configured) return "used";
  if (owner !== undefined) return trusted.has(owner) ? "used" : "other-user";
  return port === OLLAMA_PORT ? "used" : "owner-unknown";
}

const NAME_IT = "add it to the configuration to use it";

/** Why a server on another machine is not used when nobody named it. */
export const ON_ANOTHER_MACHINE = `was found on another machine: ${NAME_IT}`;

/** Says why a server of this machine that nobody named is not used; undefined when it is. */
export async function whyListenerIsUnused(
  port: number,
  socket: ListeningSocket | undefined,
): Promise<string | undefined> {
  const users = await readUsers();
  const owner = socket?.owner;
  switch (judgeListener({ configured: false, port, owner, trusted: trustedUsers(users) })) {
    case "used":
      return undefined;
    case "owner-unknown":
      return `listens as a user that this system does not tell: ${NAME_IT}`;
    case "other-user":
      return `listens as user ${nameOf(owner, users)}: ${NAME_IT}`;
  }
}

/** This user, root, and the user that Ollama's own installer makes for its service. */
function trustedUsers(users: ReadonlyMap<string, number>): Set<number> {
  const ids = [process.getuid?.(), 0, users.get("ollama")];
  return new Set(ids.filter((id) => id !== undefined));
}

function nameOf(id: number | undefined, users: ReadonlyMap<string, number>): string {
  const [name] = [...users].find(([, each]) => each === id) ?? [];
  return name ?? String(id);
}

/** Ids of the users of this machine by name. */
async function readUsers(): Promise<Map<string, number>> {
  const text = await readFile("/etc/passwd", "utf8").catch(() => "");
  const users = new Map<string, number>();
  for (const line of text.split("\n")) {
    const [name, , id] = line.split(":");
    if (name && id && /^\d+$/.test(id)) users.set(name, Number(id));
  }
  return users;
}
