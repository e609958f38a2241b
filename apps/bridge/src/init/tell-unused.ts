import { createFleet } from "@ollama-bridge/discovery/toolset";
import { isBridgeError, memoryStore, visibleLine, waitAtMost } from "@ollama-bridge/foundation";
import { loadSettings } from "@ollama-bridge/server-kit";
import { configSections } from "../config-sections.ts";
import { instancesVariable } from "../naming-hint.ts";

const KNOWN_TIMEOUT_MS = 3_000;

/** Tells which servers of this machine would not be used, as nobody named them, and how to name them. */
export async function tellUnused(variables: Record<string, string>): Promise<void> {
  const env = { ...process.env, ...variables };
  const unused = await findUnused(env);
  if (unused.length === 0) return;
  const lines = unused.map(({ name, whyUnused }) => `${name} ${whyUnused}.`);
  lines.push(`If they are yours, say so: init … --env ${instancesVariable(unused, env)}`);
  process.stdout.write(`${lines.map(visibleLine).join("\n")}\n`);
}

async function findUnused(env: NodeJS.ProcessEnv) {
  try {
    const fleet = createFleet(await loadSettings({ env, sections: configSections }), {
      store: memoryStore(),
      warn: () => undefined,
    });
    await waitAtMost(KNOWN_TIMEOUT_MS, fleet.current());
    const unused = fleet.instances.filter(({ whyUnused }) => whyUnused !== undefined);
    await fleet.close();
    return unused;
  } catch (error) {
    // A configuration that is wrong keeps nobody from registering; the server and `doctor` name it.
    if (isBridgeError(error) && error.code === "CONFIG_INVALID") return [];
    throw error;
  }
}
