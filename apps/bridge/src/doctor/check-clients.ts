import { existsSync } from "node:fs";
import { isAbsolute } from "node:path";
import { packageName } from "../bridge-info.ts";
import { type Client, clients, type Place, scopes } from "../init/clients.ts";
import { readClientFile } from "../init/formats/client-file.ts";
import { valueAt } from "../init/formats/entry-format.ts";
import { findProgram, type Machine, thisMachine } from "../init/machine.ts";
import { masked } from "../init/mask.ts";
import { formatOf } from "../init/plan.ts";
import { type Command, servers, starts } from "../init/servers.ts";
import { type Check, problem } from "./check.ts";

/** Which clients have which of our servers, and whether what they would start is there. */
export async function checkClients(): Promise<Check[]> {
  const machine = thisMachine();
  const found: Check[] = [];
  for (const client of clients) {
    for (const scope of scopes) {
      for (const place of client.scopes[scope]?.(machine) ?? []) {
        try {
          found.push(...(await registrations(client, scope, place, machine)));
        } catch (error) {
          found.push(problem(`client ${client.name}`, error));
        }
      }
    }
  }
  if (found.length > 0) return found;
  return [
    {
      name: "clients",
      status: "warning",
      message: "no client has one of our servers",
      hint: `Register one: npx -y ${packageName} init.`,
    },
  ];
}

async function registrations(
  client: Client,
  scope: string,
  place: Place,
  machine: Machine,
): Promise<Check[]> {
  const file = await readClientFile(place.file);
  const content = (await formatOf(client)).parse(file.text, file.path);
  return servers.flatMap((server): Check[] => {
    const entry = valueAt(content, [...place.keys, server.registeredName]);
    if (!starts(entry, server)) return [];
    const { command, args = [] } = masked(entry) as Command;
    const started = [command, ...args].join(" ");
    const details = {
      client: client.name,
      scope,
      file: file.path,
      server: server.registeredName,
      command: started,
    };
    const name = `client ${client.name}`;
    const missing = missingPart(entry as Command, machine);
    if (missing === undefined)
      return [
        {
          name,
          status: "ok",
          message: `${client.title} has ${server.registeredName} (${scope}): ${started}`,
          details,
        },
      ];
    return [
      {
        name,
        status: "problem",
        message: `${client.title} has ${server.registeredName} (${scope}), which cannot start: ${missing}`,
        hint: `Register it anew: npx -y ${packageName} init --client ${client.name} --scope ${scope} --servers ${server.name}.`,
        details,
      },
    ];
  });
}

/** What of a command is not there. */
function missingPart({ command, args = [] }: Command, machine: Machine): string | undefined {
  if (findProgram(command, machine) === undefined) return `${command} is not on the PATH or not there`;
  const [script] = args;
  return script !== undefined && isAbsolute(script) && !existsSync(script)
    ? `${script} is not there`
    : undefined;
}
