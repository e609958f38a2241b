import { StdioServerTransport, serveStdio } from "@modelcontextprotocol/server/stdio";
import { type Composition, createServerFactory } from "./create-server.ts";
import { httpSection } from "./http/http-config.ts";
import { parseListenAddress } from "./http/listen-address.ts";
import type { Settings } from "./settings.ts";
import { ENDING_SIGNALS } from "./start.ts";
import { noticeListening } from "./subscriptions.ts";

/** By then a client has its list of tools, and what starting needed has come and gone. */
const LEAN_AFTER_MS = 500;
/** How long closing may take before the process ends all the same. */
const CLOSE_WITHIN_MS = 1_500;
/** One message on stdio: 20 MiB images come as base64. */
const MAX_MESSAGE_BYTES = 64 * 1024 * 1024;

/**
 * Serves the composition over stdio, or over HTTP at `listen`, until stdin ends (stdio only) or the process is told
 * to stop; then everything is closed, what is generated is cancelled at Ollama, and the process exits with 0.
 */
export async function serve(composition: Composition, settings: Settings, listen?: string): Promise<void> {
  const at = listen ?? settings.read(httpSection).listen;
  if (settings.ignored.length > 0) {
    composition.log.warn(
      { file: settings.file, keys: settings.ignored },
      "keys of this project's configuration do not count: set BRIDGE_TRUST_PROJECT=1 or --trust-project if you trust it",
    );
  }
  setTimeout(stayLean, LEAN_AFTER_MS).unref();
  const server = at === undefined ? startStdio(composition) : await startHttp(composition, settings, at);
  const watching = watchFile(settings, composition);
  await stopRequested(at === undefined);
  watching?.then(({ close }) => close());
  setTimeout(() => process.exit(0), CLOSE_WITHIN_MS).unref();
  await server.close();
  await Promise.allSettled(composition.toolsets.map((toolset) => toolset.close()));
  process.exit(0);
}

/** Nobody needs the watch for a start; without a file there is nothing to watch. */
function watchFile(settings: Settings, { toolsets, log }: Composition) {
  const { file } = settings;
  if (file === undefined) return undefined;
  const take = async (fresh: Settings) => {
    for (const toolset of toolsets) await toolset.configure?.(fresh);
  };
  return import("./watch-settings.ts").then(({ watchSettings }) =>
    watchSettings(settings, file, { take, log }),
  );
}

function startStdio(composition: Composition): { close(): Promise<void> } {
  const { hub, create } = createServerFactory(composition);
  const transport = new StdioServerTransport(undefined, undefined, { maxBufferSize: MAX_MESSAGE_BYTES });
  noticeListening(transport, hub);
  return serveStdio(({ era }) => create({ era, long: true }), {
    transport,
    onerror: (error) => composition.log.warn({ err: error.message }, "protocol error"),
  });
}

async function startHttp(composition: Composition, settings: Settings, listen: string) {
  const http = settings.read(httpSection);
  const address = parseListenAddress(listen);
  const [{ serveHttp }, { createGuard }] = await Promise.all([
    import("./http/serve-http.ts"),
    import("./http/guard.ts"),
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
 * Keeps Node's young generation at its size: it would grow with the busiest moment and stay so for the days that a mostly
 * idle server lives.
 */
async function stayLean(): Promise<void> {
  const { setFlagsFromString } = await import("node:v8");
  setFlagsFromString("--semi-space-growth-factor=1");
}
