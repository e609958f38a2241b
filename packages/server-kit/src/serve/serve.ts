import { serveStdio } from "@modelcontextprotocol/server/stdio";
import type { Settings } from "../config/settings.ts";
import { logUntrusted } from "../config/untrusted-project.ts";
import { httpSection } from "../http/http-config.ts";
import { parseListenAddress } from "../http/listen-address.ts";
import { StdioTransport } from "../stdio/stdio-transport.ts";
import { NextAnswerWarnings } from "../tool/next-answer-warnings.ts";
import { localUser } from "../tool/principal.ts";
import { type Composition, createServerFactory } from "./create-server.ts";
import { ENDING_SIGNALS } from "./start.ts";
import { noticeListening } from "./subscriptions.ts";

/** By then a client has its list of tools, and what starting needed has come and gone. */
const LEAN_AFTER_MS = 500;
/** How long closing may take before the process ends all the same. */
const CLOSE_TIMEOUT_MS = 1_500;
/** An error of the protocol may repeat the whole message. */
const MAX_LOGGED_LENGTH = 500;

/**
 * Serves the composition over stdio, or over HTTP at `listen`, until stdin ends (stdio only) or the process is told
 * to stop; then everything is closed, what is generated is cancelled at Ollama, and the process exits with 0.
 *
 * @example
 * import { createLogger, loadSettings, serve } from "@ollama-bridge/server-kit";
 *
 * const settings = await loadSettings({ env: process.env });
 * const info = { name: "greeter", title: "Greeter", version: "1.0.0" };
 * const toolset = { name: "greetings", tools: [], dependencies: {}, close: async () => {} };
 * await serve({ info, toolsets: [toolset], log: createLogger("info") }, settings);
 */
export async function serve(composition: Composition, settings: Settings, listen?: string): Promise<void> {
  const at = listen ?? settings.read(httpSection).listen;
  setTimeout(stayLean, LEAN_AFTER_MS).unref();
  const warnings = new NextAnswerWarnings();
  const served = { ...composition, warnings };
  const server = at === undefined ? startStdio(served) : await startHttp(served, settings, at);
  // Only now, for selecting the tools may have left some of its settings aside.
  nameUntrusted(settings, warnings);
  nameRetired(settings, composition);
  const watching = watchFile(settings, composition, warnings);
  await stopRequested(at === undefined);
  watching?.then(({ close }) => close());
  setTimeout(() => process.exit(0), CLOSE_TIMEOUT_MS).unref();
  await server.close();
  await Promise.allSettled(composition.toolsets.map((toolset) => toolset.close()));
  process.exit(0);
}

/** Says where a user will see it that a project's file is not trusted: in the log, and in the next answer. */
function nameUntrusted(settings: Settings, warnings: NextAnswerWarnings): void {
  const notice = logUntrusted(settings);
  if (notice !== undefined) warnings.add(notice);
}

/** Says in one warning which keys of the file mean nothing any more. */
function nameRetired({ retired, file }: Settings, { log }: Composition): void {
  if (retired.length > 0)
    log.warn(
      { file: file?.path, keys: retired },
      `Ignoring keys that mean nothing any more: ${retired.join(", ")}`,
    );
}

/** Nobody needs the watch for a start; without a file there is nothing to watch. */
function watchFile(settings: Settings, { toolsets, log }: Composition, warnings: NextAnswerWarnings) {
  if (settings.file === undefined && settings.project === undefined) return undefined;
  const take = async (fresh: Settings) => {
    for (const toolset of toolsets) await toolset.configure?.(fresh);
  };
  const untrusted = (fresh: Settings) => nameUntrusted(fresh, warnings);
  return import("../config/watch-settings.ts").then(({ watchSettings }) =>
    watchSettings(settings, { take, untrusted, log }),
  );
}

function startStdio(composition: Composition): { close(): Promise<void> } {
  const { hub, create } = createServerFactory(composition);
  const transport = new StdioTransport(process.stdin, process.stdout);
  noticeListening(transport, hub);
  return serveStdio(({ era }) => create({ era, long: true, principal: localUser }), {
    transport,
    onerror: ({ message }) =>
      composition.log.warn({ err: message.slice(0, MAX_LOGGED_LENGTH) }, "protocol error"),
  });
}

async function startHttp(composition: Composition, settings: Settings, listen: string) {
  const http = settings.read(httpSection);
  const address = parseListenAddress(listen);
  const [{ serveHttp }, { createGuard }] = await Promise.all([
    import("../http/serve-http.ts"),
    import("../http/guard.ts"),
  ]);
  const guard = createGuard(address, settings.env[http.token_env] || undefined, http.token_env);
  const server = await serveHttp(createServerFactory(composition), {
    address,
    settings: http,
    guard,
    log: composition.log,
  });
  composition.log.info({ url: server.url }, "serving");
  return server;
}

function stopRequested(stdin: boolean): Promise<void> {
  return new Promise((resolve) => {
    if (stdin) {
      process.stdin.once("end", resolve).once("close", resolve);
      // A client that does not read any more is gone too.
      process.stdout.on("error", () => resolve());
    }
    for (const signal of ENDING_SIGNALS) process.once(signal, () => resolve());
  });
}

/**
 * Keeps Node's memory close to what is in use. The young generation would grow with the busiest moment and stay so for
 * the days that a mostly idle server lives; the heap would grow to four times of what is in use before it is cleaned. One
 * thread cleans up so little: to wake helpers for it takes a tenth of the processor time of calls.
 */
async function stayLean(): Promise<void> {
  const { setFlagsFromString } = await import("node:v8");
  setFlagsFromString("--semi-space-growth-factor=1");
  setFlagsFromString("--heap-growing-percent=50");
  setFlagsFromString("--no-parallel-scavenge");
}
