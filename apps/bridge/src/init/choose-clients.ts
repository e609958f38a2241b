import { existsSync } from "node:fs";
import { invalidArgument } from "@ollama-bridge/foundation";
import { type Client, clients, type Scope, scopes } from "./clients.ts";
import { findProgram, type Machine } from "./machine.ts";
import { pick } from "./pick.ts";

/**
 * The clients that are named, else those that a person picks of the ones on this machine; where there is nobody to
 * ask, none, and what to say instead.
 * @throws BridgeError VALIDATION_ERROR for a name that there is not, or without the scope.
 */
export async function chooseClients(
  names: string | undefined,
  scope: Scope,
  machine: Machine,
): Promise<Client[]> {
  if (names !== undefined) return pick("--client", names, clients).map((client) => withScope(client, scope));
  const found = foundClients(machine).filter((client) => client.scopes[scope] !== undefined);
  if (process.stdin.isTTY && found.length > 0) return askFor(found);
  process.stdout.write(
    found.length > 0
      ? `Found here: ${found.map(({ title }) => title).join(", ")}.\n`
      : `No client with the scope ${scope} was found here.\n`,
  );
  const example = found.map(({ name }) => name).join(",") || "claude-code";
  process.stderr.write(`Nothing was changed. Name the clients: --client ${example}\n`);
  return [];
}

function withScope(client: Client, scope: Scope): Client {
  if (client.scopes[scope] !== undefined) return client;
  const has = scopes.filter((each) => client.scopes[each]).join(", ");
  throw invalidArgument("--scope", `${client.title} has no scope ${scope}`, `It has: ${has}.`);
}

/** The clients that are on this machine. */
function foundClients(machine: Machine): Client[] {
  return clients.filter(
    ({ program, traces }) =>
      traces(machine).some((trace) => existsSync(trace)) ||
      (program !== undefined && findProgram(program, machine) !== undefined),
  );
}

async function askFor(found: readonly Client[]): Promise<Client[]> {
  const { isCancel, multiselect } = await import("./ask.ts");
  const answer = await multiselect({
    message: "Which clients?",
    options: found.map((client) => ({ value: client, label: client.title })),
    initialValues: [...found],
  });
  if (!isCancel(answer)) return answer;
  process.stderr.write("Nothing was changed.\n");
  return [];
}
