import { createFleet } from "@ollama-bridge/discovery/toolset";
import { memoryStore, waitAtMost } from "@ollama-bridge/foundation";
import type { Settings } from "@ollama-bridge/server-kit";
import { packageName } from "../bridge-info.ts";
import { namingHint } from "../naming-hint.ts";
import type { Check } from "./check.ts";

const KNOWN_TIMEOUT_MS = 6_000;
const SHOWN_MODELS = 5;

type Instance = ReturnType<typeof createFleet>["instances"][number];

/** Each Ollama, and whether one of them can chat. What does not answer in time is said to be so. */
export async function checkFleet(settings: Settings): Promise<Check[]> {
  // Nothing of what is seen here is kept.
  const fleet = createFleet(settings, { store: memoryStore(), warn: () => undefined });
  try {
    const looked = fleet.look({ fresh: "everything" }).then(() => fleet.look({ fresh: "details" }));
    await waitAtMost(KNOWN_TIMEOUT_MS, looked);
    if (fleet.instances.length === 0) return [nothingFound];
    return [...fleet.instances.map((each) => instanceCheck(each, settings.env)), chatCheck(fleet.instances)];
  } finally {
    await fleet.close();
  }
}

const nothingFound: Check = {
  name: "instances",
  status: "problem",
  message: "no Ollama was found",
  hint: `Start one (ollama serve), name one (OLLAMA_BASE_URL=http://HOST:11434), or try without one: npx -y -p ${packageName} -p @ollama-bridge/engine ${packageName} try.`,
};

function instanceCheck(instance: Instance, env: NodeJS.ProcessEnv): Check {
  const { url, version, latencyMs, problem, reachable, whyUnused, listWarnings } = instance;
  const warnings = [...listWarnings.tags, ...listWarnings.ps];
  const name = `instance ${instance.name}`;
  const models = [...instance.models.keys()];
  const loaded = [...instance.loaded.keys()];
  const details = { url, version, models, loaded, latency_ms: latencyMs };
  if (problem !== undefined) {
    const { code, message, hint } = problem;
    const where = message.includes(url) ? "" : ` (${url})`;
    return { name, status: "problem", message: `${code}: ${message}${where}`, hint, details };
  }
  if (!reachable) {
    const message = `${url} did not answer within ${KNOWN_TIMEOUT_MS / 1000} s`;
    return {
      name,
      status: "problem",
      message,
      hint: "Check that Ollama runs there, and the address.",
      details,
    };
  }
  const answers = `Ollama ${version} at ${url} answers in ${Math.round(latencyMs ?? 0)} ms`;
  const has = models.length === 0 ? "has no models" : `has ${several(models)}`;
  const message = `${answers}, ${has}; loaded: ${loaded.join(", ") || "none"}`;
  if (whyUnused !== undefined) {
    const hint = namingHint(instance, env);
    return { name, status: "warning", message: `${message}; not used: it ${whyUnused}`, hint, details };
  }
  if (warnings.length > 0) {
    const hint = `Look at what ${url} answers there; what it lists beyond that is used.`;
    return { name, status: "warning", message: `${message}; ${warnings.join("; ")}`, hint, details };
  }
  if (models.length > 0) return { name, status: "ok", message, details };
  return { name, status: "warning", message, hint: "Pull one there: ollama pull llama3.2.", details };
}

function chatCheck(instances: readonly Instance[]): Check {
  const usable = instances.filter(({ reachable, routable }) => reachable && routable);
  const models = usable.flatMap((instance) => [...instance.models.values()]);
  const names = models
    .filter(
      ({ name, capabilities }) => capabilities?.includes("completion") ?? !/embed|minilm|bge/.test(name),
    )
    .map(({ name }) => name);
  const chatting = [...new Set(names)];
  if (chatting.length > 0) {
    return {
      name: "chat",
      status: "ok",
      message: `${several(chatting)} can chat`,
      details: { models: chatting },
    };
  }
  return {
    name: "chat",
    status: "problem",
    message: "no model that can chat is installed where it could be asked",
    hint: "Pull one: ollama pull llama3.2.",
  };
}

function several(models: readonly string[]): string {
  const shown = models.slice(0, SHOWN_MODELS).join(", ");
  const more = models.length - SHOWN_MODELS;
  return more > 0 ? `${shown} and ${more} more` : shown;
}
