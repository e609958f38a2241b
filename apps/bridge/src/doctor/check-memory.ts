import { connectExternal, type ExternalServer, findExternal, locationOf } from "@ollama-bridge/memory";
import { memorySection } from "@ollama-bridge/memory/toolset";
import type { Logger, Settings } from "@ollama-bridge/server-kit";
import { type Check, problem } from "./check.ts";

const EXTERNAL_TIMEOUT_MS = 4_000;
const name = "memory";
const externalName = "external memory";

/** Our own store, and the external ones that were configured. */
export async function checkMemory(settings: Settings): Promise<Check[]> {
  const { url, dir } = settings.read(memorySection);
  const own = url.startsWith("sqlite:")
    ? import("./check-sqlite.ts").then(({ checkSqlite }) => checkSqlite(name, url, dir, settings.env))
    : import("./check-postgres.ts").then(({ checkPostgres }) => checkPostgres(name, url));
  const [store, external] = await Promise.all([
    own.catch((error) => problem(name, error)),
    checkExternal(settings),
  ]);
  return [store, ...external];
}

async function checkExternal(settings: Settings): Promise<Check[]> {
  const warnings: Check[] = [];
  const warn = (_fields: object, message: string) =>
    void warnings.push({ name: externalName, status: "warning", message });
  const log: Logger = { debug: () => undefined, info: () => undefined, warn, error: warn };
  const candidates = await findExternal(settings, settings.read(memorySection), log);
  return [...warnings, ...(await Promise.all(candidates.map(checkServer)))];
}

async function checkServer(server: ExternalServer): Promise<Check> {
  const where = locationOf(server);
  const closing = AbortSignal.timeout(EXTERNAL_TIMEOUT_MS);
  try {
    const connection = await connectExternal(server, name, {
      closing,
      onClose: () => undefined,
      isOurs: async () => false,
    });
    await connection.close();
    if (connection.memory)
      return { name: externalName, status: "ok", message: `${connection.name} answers: ${where}` };
    const message = `${connection.name} (${where}) ${connection.unfit}; it is passed over`;
    return { name: externalName, status: "warning", message };
  } catch (error) {
    const { message } = error as Error;
    // The address may hold a key, and what goes wrong with it may repeat it.
    const what = message.replaceAll(server.config.url ?? where, () => where);
    const why = closing.aborted ? `no answer within ${EXTERNAL_TIMEOUT_MS / 1000} s` : what;
    return {
      name: externalName,
      status: "problem",
      message: `${where}: ${why}`,
      hint: "Check its command or address. What is remembered meanwhile is kept and handed on later.",
    };
  }
}
