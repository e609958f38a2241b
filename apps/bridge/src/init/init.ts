import { invalidArgument } from "@ollama-bridge/foundation";
import { chooseClients } from "./choose-clients.ts";
import type { Client, Scope } from "./clients.ts";
import { writeClientFile } from "./formats/client-file.ts";
import type { Entry } from "./formats/entry-format.ts";
import { thisMachine } from "./machine.ts";
import { pick } from "./pick.ts";
import { isChange, type PlannedFile, planPlace } from "./plan.ts";
import { commandOf, type Server, servers } from "./servers.ts";
import { showPlan } from "./show-plan.ts";
import { tellUnused } from "./tell-unused.ts";

export interface InitFlags {
  client?: string;
  scope: Scope;
  servers: string;
  /** Each as `NAME=VALUE`. */
  env?: string[];
  yes?: boolean;
  dryRun?: boolean;
  remove?: boolean;
}

/** The command `init`: resolves to the exit code, 0 when everything is as it was asked for. */
export async function init({ scope, yes, dryRun, remove, ...flags }: InitFlags): Promise<number> {
  const chosenServers = pick("--servers", flags.servers, servers);
  const env = variables(flags.env);
  const machine = thisMachine();
  const plan: PlannedFile[] = [];
  for (const client of await chooseClients(flags.client, scope, machine)) {
    const wanted = (server: Server) => (remove ? undefined : entryFor(client, server, env));
    for (const place of client.scopes[scope]?.(machine) ?? [])
      plan.push(await planPlace(client, place, chosenServers, wanted));
  }
  if (plan.length === 0) return 1;
  for (const planned of plan) process.stdout.write(showPlan(planned));
  const changed = plan.filter(({ entries }) => entries.some(isChange));
  if (changed.length === 0 || dryRun) return 0;
  if (!(yes || (await isConfirmed()))) return 1;
  // What is only for this user may hold keys; what is for the project is everybody's.
  const newMode = scope === "project" ? 0o666 : 0o600;
  for (const { file, text } of changed) await writeClientFile(file, text, newMode);
  const titles = new Set(changed.map(({ client }) => client.title));
  process.stdout.write(`Written. Restart ${[...titles].join(", ")}.\n`);
  if (!remove) await tellUnused(env);
  return 0;
}

/** @throws BridgeError VALIDATION_ERROR */
function variables(assignments: readonly string[] = []): Record<string, string> {
  const pairs = assignments.map((assignment) => {
    const [, name, value] = /^([^=\s]+)=([\s\S]*)$/.exec(assignment) ?? [];
    if (name !== undefined && value !== undefined) return [name, value] as const;
    throw invalidArgument("--env", "is not NAME=VALUE", "Give --env once for each variable.");
  });
  return Object.fromEntries(pairs);
}

function entryFor(client: Client, server: Server, env: Record<string, string>): Entry {
  const { command, args } = commandOf(server, process.argv[1] ?? "");
  return {
    ...client.settings,
    command,
    args: client.hidesText ? [...args, "--results", "text"] : args,
    ...(Object.keys(env).length > 0 ? { env } : {}),
  };
}

async function isConfirmed(): Promise<boolean> {
  if (!process.stdin.isTTY) {
    process.stderr.write("Nothing was changed. Add --yes to write this.\n");
    return false;
  }
  const { confirm } = await import("./ask.ts");
  const isYes = (await confirm({ message: "Write this?" })) === true;
  if (!isYes) process.stderr.write("Nothing was changed.\n");
  return isYes;
}
